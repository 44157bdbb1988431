// Errors are noted, from the first on.
window.noted = [];
addEventListener("error", event => noted.push(String(event.message)));
addEventListener("securitypolicyviolation", event => noted.push(String(event.blockedURI)));
