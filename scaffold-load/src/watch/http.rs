//! A page of a server, by the plainest form of HTTP there is (RFC 1945): no library
//! is worth its tree for one GET without TLS.

use std::fmt;
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// A page must not hold up the samples.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The longest page: a large service has some thousand series.
const MAX_PAGE: u64 = 16 << 20;

/// An address of a page: `http://HOST:PORT/PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Url {
    authority: String,
    path: String,
}

// === impl Url ===

impl Url {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "an address is written http://HOST:PORT/metrics".to_owned();
        let rest = text.strip_prefix("http://").ok_or_else(wrong)?;
        let (authority, path) = match rest.find('/') {
            Some(at) => rest.split_at(at),
            None => (rest, "/metrics"),
        };
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if authority.is_empty() || !plain(authority) || !plain(path) {
            return Err(wrong());
        }
        let port = authority
            .rsplit_once(':')
            .filter(|(_, port)| port.parse::<u16>().is_ok());
        Ok(Self {
            authority: match port {
                Some(_) => authority.to_owned(),
                None => format!("{authority}:80"),
            },
            path: path.to_owned(),
        })
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http://{}{}", self.authority, self.path)
    }
}

/// The page.
pub(super) fn get(url: &Url) -> Result<String, String> {
    let answer = exchange(url).map_err(|error| error.to_string())?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .or_else(|| answer.split_once("\n\n"))
        .ok_or("the answer is no page")?;
    let status = head.lines().next().unwrap_or_default();
    match status.split_whitespace().nth(1) {
        Some("200") if status.starts_with("HTTP/") => Ok(body.to_owned()),
        // What a server says goes to a terminal.
        _ => Err(format!(
            "it answers {:?}",
            status.chars().take(80).collect::<String>()
        )),
    }
}

fn exchange(url: &Url) -> std::io::Result<Vec<u8>> {
    let address = url.authority.to_socket_addrs()?.next();
    let address = address.ok_or_else(|| std::io::Error::other("the host has no address"))?;
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.set_write_timeout(Some(TIMEOUT))?;
    let (path, host) = (&url.path, &url.authority);
    // In one piece: not every server of one page puts pieces together.
    let request = format!("GET {path} HTTP/1.0\r\nHost: {host}\r\nAccept: text/plain\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.take(MAX_PAGE).read_to_end(&mut answer)?;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        for (text, is) in [
            (
                "http://127.0.0.1:9090/metrics",
                "http://127.0.0.1:9090/metrics",
            ),
            ("http://localhost:9090", "http://localhost:9090/metrics"),
            ("http://[::1]:9090/m?x=1", "http://[::1]:9090/m?x=1"),
            ("http://users/metrics", "http://users:80/metrics"),
        ] {
            assert_eq!(
                Url::parse(text).map(|url| url.to_string()),
                Ok(is.to_owned())
            );
        }
        for wrong in [
            "",
            "https://a/",
            "localhost:9090",
            "http://",
            "http:///a",
            "http://a/b c\r\nX: y",
        ] {
            assert!(Url::parse(wrong).is_err(), "{wrong}");
        }
    }
}
