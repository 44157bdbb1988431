//! `Call`: a call as interceptors see it.

use std::time::Instant;

use crate::request::Parts;
use crate::{Extensions, Metadata, MethodSpec, Peer};

/// Which side an interceptor runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// It is a client's call.
    Client,
    /// It is being served.
    Server,
}

/// A call on its way to the handler (server) or to the wire (client): everything
/// but the messages.
#[derive(Debug)]
pub struct Call {
    spec: &'static MethodSpec,
    side: Side,
    pub(crate) parts: Parts,
    pub(crate) response_metadata: Metadata,
}

// === impl Call ===

impl Call {
    pub(crate) fn new(spec: &'static MethodSpec, side: Side, mut parts: Parts) -> Call {
        parts.spec = Some(spec);
        Call {
            spec,
            side,
            parts,
            response_metadata: Metadata::new(),
        }
    }

    /// The method.
    pub fn spec(&self) -> &'static MethodSpec {
        self.spec
    }

    /// Which side this is.
    pub fn side(&self) -> Side {
        self.side
    }

    /// The request's metadata.
    pub fn metadata(&self) -> &Metadata {
        &self.parts.metadata
    }

    /// The request's metadata, to change: handlers (server) or the peer (client)
    /// see what is set here.
    pub fn metadata_mut(&mut self) -> &mut Metadata {
        &mut self.parts.metadata
    }

    /// When the call must be over.
    pub fn deadline(&self) -> Option<Instant> {
        self.parts.deadline
    }

    /// Sets when the call must be over. On the server a deadline can only come
    /// closer: the client will not wait longer.
    pub fn set_deadline(&mut self, deadline: Instant) {
        self.parts.deadline = Some(match (self.side, self.parts.deadline) {
            (Side::Server, Some(old)) => old.min(deadline),
            _ => deadline,
        });
    }

    /// The other side of the connection; on a client, `None` until there is one.
    pub fn peer(&self) -> Option<&Peer> {
        self.parts.peer.as_ref()
    }

    /// Values of other interceptors.
    pub fn extensions(&self) -> &Extensions {
        &self.parts.extensions
    }

    /// Values for other interceptors and the handler.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.parts.extensions
    }

    /// On the server: metadata that is added to the response's initial metadata.
    /// Not used on a client.
    pub fn response_metadata_mut(&mut self) -> &mut Metadata {
        &mut self.response_metadata
    }
}
