//! `ListenAddress`: where a server listens, as people write it.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

/// Where a server listens.
///
/// | text | meaning |
/// |---|---|
/// | `127.0.0.1:50051`, `[::]:50051` | TCP; port 0 takes a free one |
/// | `unix:/run/users.sock`, `unix:///run/users.sock` | a Unix socket at a path |
/// | `unix-abstract:users` | Linux: a Unix socket without a file |
/// | `memory:users` | a name inside the process |
///
/// The forms are those that channels take as targets. A name of a host is not
/// taken: which of its addresses is meant would be chance.
///
/// ```
/// use scaffold_runtime::net::ListenAddress;
///
/// let address: ListenAddress = "127.0.0.1:50051".parse()?;
/// assert_eq!(address.port(), Some(50051));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ListenAddress {
    /// An address and a port.
    Tcp(SocketAddr),
    /// The path of a Unix socket.
    Unix(PathBuf),
    /// A name in Linux's abstract namespace, without the NUL before it.
    UnixAbstract(String),
    /// A name in a [`MemoryNetwork`](super::MemoryNetwork).
    Memory(String),
}

/// An address that cannot be listened on, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenAddressError {
    text: String,
    what: &'static str,
}

// === impl ListenAddress ===

impl ListenAddress {
    /// The address, if it is TCP.
    pub fn socket_addr(&self) -> Option<SocketAddr> {
        match self {
            ListenAddress::Tcp(address) => Some(*address),
            _ => None,
        }
    }

    /// The port, if it is TCP.
    pub fn port(&self) -> Option<u16> {
        self.socket_addr().map(|address| address.port())
    }
}

impl From<SocketAddr> for ListenAddress {
    fn from(address: SocketAddr) -> ListenAddress {
        ListenAddress::Tcp(address)
    }
}

impl FromStr for ListenAddress {
    type Err = ListenAddressError;

    fn from_str(text: &str) -> Result<ListenAddress, ListenAddressError> {
        let fault = |what| ListenAddressError {
            text: text.chars().take(128).collect(),
            what,
        };
        let named = |name: &str| match name {
            "" => Err(fault("the name is missing")),
            name if name.contains(['\0', '\n', '\r']) => {
                Err(fault("the name holds a control character"))
            }
            name => Ok(name.to_owned()),
        };
        if let Some(name) = text.strip_prefix("unix-abstract:") {
            return named(name).map(ListenAddress::UnixAbstract);
        }
        if let Some(path) = text.strip_prefix("unix:") {
            // `unix://host/path` has no meaning; `unix:///path` is a URL's way
            // to write a path from the root.
            let path = match path.strip_prefix("//") {
                Some(rest) if rest.starts_with('/') => rest,
                Some(_) => return Err(fault("a host has no meaning here: write unix:/path")),
                None => path,
            };
            return named(path).map(|path| ListenAddress::Unix(path.into()));
        }
        if let Some(name) = text.strip_prefix("memory:") {
            return named(name).map(ListenAddress::Memory);
        }
        text.parse().map(ListenAddress::Tcp).map_err(|_| {
            fault(
                "write address:port with numbers, as 0.0.0.0:50051 or [::]:50051, or \
                 unix:/path, unix-abstract:name or memory:name",
            )
        })
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ListenAddress::Tcp(address) => address.fmt(f),
            ListenAddress::Unix(path) => write!(f, "unix:{}", path.display()),
            ListenAddress::UnixAbstract(name) => write!(f, "unix-abstract:{name}"),
            ListenAddress::Memory(name) => write!(f, "memory:{name}"),
        }
    }
}

#[cfg(feature = "config")]
impl serde::Serialize for ListenAddress {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(feature = "config")]
impl<'de> serde::Deserialize<'de> for ListenAddress {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <String as serde::Deserialize>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

// === impl ListenAddressError ===

impl ListenAddressError {
    /// What is wrong, without the text it is wrong with.
    pub(crate) fn what(&self) -> &'static str {
        self.what
    }
}

impl fmt::Display for ListenAddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "listen address {:?}: {}", self.text, self.what)
    }
}

impl std::error::Error for ListenAddressError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_round_trip() {
        for text in [
            "127.0.0.1:0",
            "[::]:50051",
            "unix:/run/users.sock",
            "unix:relative.sock",
            "unix-abstract:users",
            "memory:users",
        ] {
            let address: ListenAddress = text.parse().unwrap();
            assert_eq!(address.to_string(), text);
        }
        let url: ListenAddress = "unix:///run/users.sock".parse().unwrap();
        assert_eq!(url.to_string(), "unix:/run/users.sock");
    }

    #[test]
    fn faults_say_what_to_write() {
        for (text, part) in [
            ("", "write address:port"),
            ("localhost:50051", "with numbers"),
            ("127.0.0.1", "write address:port"),
            ("unix:", "name is missing"),
            ("unix://host/path", "write unix:/path"),
            ("memory:", "name is missing"),
            ("unix:/a\0b", "control character"),
        ] {
            let error = text.parse::<ListenAddress>().unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
