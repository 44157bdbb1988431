//! Where the calls go, and whether that is this machine.

use std::net::IpAddr;

/// Is `target` an address of the machine the test runs on?
///
/// A load test of somebody else's server by mistake is an attack: everything
/// that is not plainly loopback needs `--allow-remote`.
pub(crate) fn is_loopback(target: &str) -> bool {
    let authority = authority(target);
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => authority
            .rsplit_once(':')
            .map_or(authority, |(host, _)| host),
    };
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// The port of `target`, if it names one.
pub(crate) fn port(target: &str) -> Option<u16> {
    authority(target).rsplit_once(':')?.1.parse().ok()
}

/// `host:port` of all forms that a target has.
fn authority(target: &str) -> &str {
    let rest = match target.split_once("://") {
        Some((_, rest)) => rest.trim_start_matches('/'),
        None => target,
    };
    rest.split('/').next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::{is_loopback, port};

    #[test]
    fn finds_ports() {
        for target in ["127.0.0.1:7", "dns:///localhost:7", "http://[::1]:7/x"] {
            assert_eq!(port(target), Some(7), "{target}");
        }
        for target in ["localhost", "unix:/tmp/socket", "[::1]", ""] {
            assert_eq!(port(target), None, "{target}");
        }
    }

    #[test]
    fn knows_this_machine_from_others() {
        for near in [
            "127.0.0.1:50051",
            "http://127.8.0.1:80",
            "dns:///localhost:50051",
            "[::1]:50051",
            "http://[::1]:50051/",
        ] {
            assert!(is_loopback(near), "{near}");
        }
        for far in [
            "10.0.0.1:50051",
            "localhost.example.com:50051",
            "http://users:50051",
            "dns:///127.0.0.1.example.com:1",
            "127.0.0.1@example.com:80",
            "[::]:50051",
            "",
        ] {
            assert!(!is_loopback(far), "{far}");
        }
    }
}
