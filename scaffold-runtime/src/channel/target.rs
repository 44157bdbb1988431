//! What a channel connects to: the text a person writes, taken apart once.
//!
//! The forms are those of the gRPC name-resolution document that one endpoint
//! can mean: `http://host:port`, `https://host:port`, `dns:///host:port` and a
//! bare `host:port`, where the host is a name, an IPv4 address or an IPv6 address
//! in brackets; `unix:path`, `unix:///path`, `unix-abstract:name`; and
//! `memory:name`. Everything else is refused with a sentence that says what to
//! write instead.

use std::fmt;

use crate::net::{ListenAddress, ListenAddressError};

/// A parsed target: never empty, a host always with a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// The text as given, for messages.
    text: String,
    endpoint: Endpoint,
    security: Security,
    /// The `:authority` of each call: brackets kept, zone removed (RFC 6874); for
    /// what has no host it is `localhost`, as the gRPC naming document says.
    authority: String,
}

/// What is dialed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Host {
        /// Name or address, without brackets; an IPv6 zone stays, the resolver
        /// needs it.
        name: String,
        port: u16,
    },
    /// All that has a name of its own, and none of a host.
    Local(ListenAddress),
}

/// What a target's scheme says of TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Security {
    /// Nothing: the channel's configuration decides.
    Unsaid,
    /// `http://`
    Plain,
    /// `https://`
    Tls,
}

/// How a scheme is read.
struct Scheme<'a> {
    endpoint: &'a str,
    default_port: Option<u16>,
    security: Security,
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
        if let Some(address) = local(text) {
            return Ok(Self {
                text: text.to_owned(),
                endpoint: Endpoint::Local(address.map_err(|error| fault(error.what()))?),
                security: Security::Unsaid,
                authority: "localhost".to_owned(),
            });
        }
        let scheme = strip_scheme(text).map_err(|what| fault(&what))?;
        let (host, port) = split_port(scheme.endpoint).map_err(&fault)?;
        let port = match (port, scheme.default_port) {
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
            endpoint: Endpoint::Host {
                name: host.to_owned(),
                port,
            },
            security: scheme.security,
            authority,
        })
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(crate) fn security(&self) -> Security {
        self.security
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

/// What is not a host, if the text is of these forms.
fn local(text: &str) -> Option<Result<ListenAddress, ListenAddressError>> {
    let is_local = ["unix:", "unix-abstract:", "memory:"]
        .iter()
        .any(|scheme| text.starts_with(scheme));
    is_local.then(|| text.parse())
}

/// The endpoint behind the scheme, and what the scheme implies.
fn strip_scheme(text: &str) -> Result<Scheme<'_>, String> {
    let unsaid = |endpoint| Scheme {
        endpoint,
        default_port: None,
        security: Security::Unsaid,
    };
    let lower = text.to_ascii_lowercase();
    for (scheme, port, security) in [
        ("http://", 80, Security::Plain),
        ("https://", 443, Security::Tls),
    ] {
        if lower.starts_with(scheme) {
            return Ok(Scheme {
                endpoint: strip_slash(&text[scheme.len()..])?,
                default_port: Some(port),
                security,
            });
        }
    }
    if let Some(rest) = lower.strip_prefix("dns:") {
        let rest = &text[text.len() - rest.len()..];
        return match rest.strip_prefix("//") {
            None => Ok(unsaid(rest)),
            Some(rest) => match rest.split_once('/') {
                Some(("", endpoint)) => Ok(unsaid(endpoint)),
                _ => Err(
                    "a DNS server of its own is not supported: write dns:///host:port".to_owned(),
                ),
            },
        };
    }
    if let Some((scheme, _)) = text.split_once("://") {
        return Err(format!(
            "scheme {scheme:?} is not supported: use http://host:port, https://host:port, \
             dns:///host:port or unix:path"
        ));
    }
    for scheme in ["vsock:", "xds:", "ipv4:", "ipv6:"] {
        if lower.starts_with(scheme) {
            return Err(format!("scheme {scheme:?} is not supported: use host:port"));
        }
    }
    Ok(unsaid(text))
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
    use super::{Endpoint, Security, Target};

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
            let expected = Endpoint::Host {
                name: host.to_owned(),
                port,
            };
            assert_eq!(target.endpoint(), &expected, "{text}");
            assert_eq!(target.authority(), authority, "{text}");
            assert_eq!(target.to_string(), text);
        }
    }

    #[test]
    fn what_has_no_host_is_localhost() {
        for (text, address) in [
            ("unix:users.sock", "unix:users.sock"),
            ("unix:///run/users.sock", "unix:/run/users.sock"),
            ("unix-abstract:users", "unix-abstract:users"),
            ("memory:users", "memory:users"),
        ] {
            let target = Target::parse(text).unwrap_or_else(|error| panic!("{error}"));
            let expected = Endpoint::Local(address.parse().unwrap());
            assert_eq!(target.endpoint(), &expected, "{text}");
            assert_eq!(target.authority(), "localhost", "{text}");
        }
    }

    #[test]
    fn a_scheme_says_whether_there_is_tls() {
        for (text, security, authority) in [
            ("http://users:1", Security::Plain, "users:1"),
            ("https://users", Security::Tls, "users:443"),
            ("HTTPS://users:1/", Security::Tls, "users:1"),
            ("users:1", Security::Unsaid, "users:1"),
            ("dns:///users:1", Security::Unsaid, "users:1"),
        ] {
            let target = Target::parse(text).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(target.security(), security, "{text}");
            assert_eq!(target.authority(), authority, "{text}");
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
            ("ftp://users:1", "scheme \"ftp\""),
            ("unix:", "name is missing"),
            ("unix://host/path", "write unix:/path"),
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
