//! The other side of a connection.

use std::net::SocketAddr;

/// Who is at the other end of the connection that a call came through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    address: SocketAddr,
}

// === impl Peer ===

impl Peer {
    /// A peer at this address.
    pub fn new(address: SocketAddr) -> Peer {
        Peer { address }
    }

    /// The address of the socket. Behind a proxy this is the proxy's.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl std::fmt::Display for Peer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.address.fmt(f)
    }
}
