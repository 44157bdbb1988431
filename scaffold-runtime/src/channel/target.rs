//! What a channel connects to: the text a person writes, taken apart once.
//!
//! The forms are those of the gRPC name-resolution document that one endpoint
//! can mean: `http://host:port`, `dns:///host:port` and a bare `host:port`,
//! where the host is a name, an IPv4 address or an IPv6 address in brackets.
//! Everything else is refused with a sentence that says what to write instead.

use std::fmt;

/// A parsed target: never empty, always with a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// The text as given, for messages.
    text: String,
    /// Name or address, without brackets; an IPv6 zone stays, the resolver needs it.
    host: String,
    port: u16,
    /// The `:authority` of each call: brackets kept, zone removed (RFC 6874).
    authority: String,
}

/// A target that cannot be used, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TargetError {
    text: String,
    what: String,
}

// === impl Target ===

impl Target {
    /// Takes `text` apart.
    pub(crate) fn parse(text: &str) -> Result<Self, TargetError> {
        let fault = |what: &str| TargetError {
            text: text.chars().take(128).collect(),
            what: what.to_owned(),
        };
        let (endpoint, default_port) = strip_scheme(text).map_err(|what| fault(&what))?;
        let (host, port) = split_port(endpoint).map_err(&fault)?;
        let port = match (port, default_port) {
            (Some(port), _) => parse_port(port).map_err(&fault)?,
            (None, Some(port)) => port,
            (None, None) => return Err(fault("a port is needed: write host:port")),
        };
        let (host, bracketed) = check_host(host).map_err(&fault)?;
        let authority = if bracketed {
            let address = host.split('%').next().unwrap_or(host);
            format!("[{address}]:{port}")
        } else {
            format!("{host}:{port}")
        };
        Ok(Self {
            text: text.to_owned(),
            host: host.to_owned(),
            port,
            authority,
        })
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

// === impl TargetError ===

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "target {:?}: {}", self.text, self.what)
    }
}

impl std::error::Error for TargetError {}

/// The endpoint behind the scheme, and the port that the scheme implies.
fn strip_scheme(text: &str) -> Result<(&str, Option<u16>), String> {
    let lower = text.to_ascii_lowercase();
    if lower.starts_with("http://") {
        return Ok((strip_slash(&text["http://".len()..])?, Some(80)));
    }
    if lower.starts_with("https://") {
        return Err("TLS is not supported yet: use http://, or a proxy that ends TLS".to_owned());
    }
    if let Some(rest) = lower.strip_prefix("dns:") {
        let rest = &text[text.len() - rest.len()..];
        return match rest.strip_prefix("//") {
            None => Ok((rest, None)),
            Some(rest) => match rest.split_once('/') {
                Some(("", endpoint)) => Ok((endpoint, None)),
                _ => Err(
                    "a DNS server of its own is not supported: write dns:///host:port".to_owned(),
                ),
            },
        };
    }
    if let Some((scheme, _)) = text.split_once("://") {
        return Err(format!(
            "scheme {scheme:?} is not supported: use http://host:port or dns:///host:port"
        ));
    }
    for scheme in [
        "unix:",
        "unix-abstract:",
        "vsock:",
        "xds:",
        "ipv4:",
        "ipv6:",
    ] {
        if lower.starts_with(scheme) {
            return Err(format!("scheme {scheme:?} is not supported: use host:port"));
        }
    }
    Ok((text, None))
}

/// A URL may end in one slash, which means nothing; a path would be dropped silently.
fn strip_slash(endpoint: &str) -> Result<&str, String> {
    let endpoint = endpoint.strip_suffix('/').unwrap_or(endpoint);
    if endpoint.contains(['/', '?', '#']) {
        return Err("a path has no meaning here: write http://host:port".to_owned());
    }
    Ok(endpoint)
}

/// Cuts `host[:port]`, where an IPv6 host must stand in brackets.
fn split_port(endpoint: &str) -> Result<(&str, Option<&str>), &'static str> {
    if endpoint.starts_with('[') {
        let end = endpoint.find(']').ok_or("the bracket is not closed")?;
        let (host, rest) = endpoint.split_at(end + 1);
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if rest.is_empty() => Ok((host, None)),
            None => Err("after the closing bracket only :port may follow"),
        };
    }
    match endpoint.split_once(':') {
        None => Ok((endpoint, None)),
        Some((_, port)) if port.contains(':') => {
            Err("an IPv6 address needs brackets: write [::1]:50051")
        }
        Some((host, port)) => Ok((host, Some(port))),
    }
}

fn parse_port(port: &str) -> Result<u16, &'static str> {
    // `u16::from_str` takes a plus sign; a port is digits.
    if port.is_empty() || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("the port is not a number");
    }
    match port.parse() {
        Ok(0) | Err(_) => Err("the port must be between 1 and 65535"),
        Ok(port) => Ok(port),
    }
}

/// The host without brackets, and whether it had them.
fn check_host(host: &str) -> Result<(&str, bool), &'static str> {
    if let Some(inner) = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        let (address, zone) = match inner.split_once('%') {
            Some((address, zone)) => (address, Some(zone)),
            None => (inner, None),
        };
        if address.parse::<std::net::Ipv6Addr>().is_err() {
            return Err("brackets hold an IPv6 address, and this is none");
        }
        let zone_is_plain = |zone: &str| {
            !zone.is_empty()
                && zone
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        };
        if !zone.is_none_or(zone_is_plain) {
            return Err("the IPv6 zone is not valid");
        }
        return Ok((inner, true));
    }
    if host.is_empty() {
        return Err("the host is missing: write host:port");
    }
    if host.contains('@') {
        return Err("a user name has no meaning here: write host:port");
    }
    // RFC 1035 limits a name to 253 octets. An underscore is no host name by
    // the book, yet container platforms resolve such names.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if host.len() > 253 || !host.bytes().all(plain) {
        return Err("the host is neither a name nor an address");
    }
    Ok((host, false))
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn accepted_forms() {
        for (text, host, port, authority) in [
            ("http://users:50051", "users", 50051, "users:50051"),
            ("http://users:50051/", "users", 50051, "users:50051"),
            ("HTTP://users", "users", 80, "users:80"),
            ("users:50051", "users", 50051, "users:50051"),
            (
                "my_users.svc.cluster.local.:1",
                "my_users.svc.cluster.local.",
                1,
                "my_users.svc.cluster.local.:1",
            ),
            ("dns:///users:50051", "users", 50051, "users:50051"),
            ("dns:users:50051", "users", 50051, "users:50051"),
            ("127.0.0.1:50051", "127.0.0.1", 50051, "127.0.0.1:50051"),
            ("[::1]:50051", "::1", 50051, "[::1]:50051"),
            ("dns:///[::1]:50051", "::1", 50051, "[::1]:50051"),
            ("http://[::1]:50051", "::1", 50051, "[::1]:50051"),
            ("[fe80::1%eth0]:7", "fe80::1%eth0", 7, "[fe80::1]:7"),
        ] {
            let target = Target::parse(text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(target.host(), host, "{text}");
            assert_eq!(target.port(), port, "{text}");
            assert_eq!(target.authority(), authority, "{text}");
            assert_eq!(target.to_string(), text);
        }
    }

    #[test]
    fn refused_forms_say_why() {
        for (text, part) in [
            ("", "a port is needed"),
            ("users", "a port is needed"),
            ("[::1]", "a port is needed"),
            (":50051", "host is missing"),
            ("users:", "not a number"),
            ("users:+1", "not a number"),
            ("users:0", "between 1 and 65535"),
            ("users:65536", "between 1 and 65535"),
            ("::1:50051", "needs brackets"),
            ("[::1", "not closed"),
            ("[::1]x:1", "after the closing bracket"),
            ("[users]:1", "brackets hold an IPv6 address"),
            ("[::1%]:1", "zone"),
            ("https://users:443", "TLS is not supported yet"),
            ("ftp://users:1", "scheme \"ftp\""),
            ("unix:/run/users.sock", "scheme \"unix:\""),
            ("dns://8.8.8.8/users:1", "DNS server"),
            ("http://users:1/path", "a path has no meaning"),
            ("http://me@users:1", "a user name has no meaning"),
            ("us ers:1", "neither a name nor an address"),
            ("users\r\n:1", "neither a name nor an address"),
        ] {
            let error = Target::parse(text).expect_err(text).to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
