//! The other side of a connection.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// Who is at the other end of the connection that a call came through. Cheap to
/// clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    inner: Arc<Inner>,
}

#[derive(Debug, PartialEq, Eq)]
struct Inner {
    address: PeerAddress,
    tls: Option<TlsInfo>,
}

/// Where a peer is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PeerAddress {
    /// TCP. Behind a proxy this is the proxy's address.
    Tcp(SocketAddr),
    /// A Unix socket; clients' sockets have no path, as a rule.
    Unix(Option<PathBuf>),
    /// This process.
    Memory,
}

/// What TLS says of a peer. All of it was verified by the handshake.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TlsInfo {
    /// The peer's certificates in DER, its own first; none if it showed none.
    pub certificates: Vec<Vec<u8>>,
    /// The server that the client asked for (SNI), if it did.
    pub server_name: Option<String>,
    /// The protocol that was agreed on (ALPN): always `h2`.
    pub alpn: Option<String>,
    /// The version of TLS: `TLSv1.2` or `TLSv1.3`.
    pub version: Option<&'static str>,
}

// === impl Peer ===

impl Peer {
    /// A peer at this address, over a connection without TLS.
    pub fn new(address: impl Into<PeerAddress>) -> Peer {
        Peer {
            inner: Arc::new(Inner {
                address: address.into(),
                tls: None,
            }),
        }
    }

    /// The same peer, over TLS.
    #[must_use]
    pub fn with_tls(&self, tls: TlsInfo) -> Peer {
        Peer {
            inner: Arc::new(Inner {
                address: self.inner.address.clone(),
                tls: Some(tls),
            }),
        }
    }

    /// Where it is.
    pub fn address(&self) -> &PeerAddress {
        &self.inner.address
    }

    /// Address and port, if the connection is TCP. Behind a proxy they are the
    /// proxy's.
    pub fn socket_addr(&self) -> Option<SocketAddr> {
        match self.inner.address {
            PeerAddress::Tcp(address) => Some(address),
            _ => None,
        }
    }

    /// What TLS says of it; `None` if the connection has no TLS.
    pub fn tls(&self) -> Option<&TlsInfo> {
        self.inner.tls.as_ref()
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.address.fmt(f)
    }
}

// === impl PeerAddress ===

impl From<SocketAddr> for PeerAddress {
    fn from(address: SocketAddr) -> PeerAddress {
        PeerAddress::Tcp(address)
    }
}

impl fmt::Display for PeerAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PeerAddress::Tcp(address) => address.fmt(f),
            PeerAddress::Unix(Some(path)) => write!(f, "unix:{}", path.display()),
            PeerAddress::Unix(None) => f.write_str("unix:"),
            PeerAddress::Memory => f.write_str("memory:"),
        }
    }
}

// === impl TlsInfo ===

impl fmt::Debug for TlsInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsInfo")
            .field("certificates", &self.certificates.len())
            .field("server_name", &self.server_name)
            .field("alpn", &self.alpn)
            .field("version", &self.version)
            .finish()
    }
}
