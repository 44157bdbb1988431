//! `Request`: a message, or a stream of them, and what travels with it.

use std::time::{Duration, Instant};

use crate::{Encoding, Extensions, Metadata, MethodSpec, Peer};

/// A request: a message (or [`Streaming`](crate::Streaming) messages) with
/// metadata and, on the server, where it came from.
#[derive(Debug)]
pub struct Request<T> {
    message: T,
    parts: Parts,
}

/// All of a request but the message.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) metadata: Metadata,
    pub(crate) deadline: Option<Instant>,
    pub(crate) peer: Option<Peer>,
    pub(crate) extensions: Extensions,
    pub(crate) spec: Option<&'static MethodSpec>,
    pub(crate) wait_for_ready: bool,
    /// On a client: what the messages are compressed with, instead of what the
    /// channel says.
    pub(crate) encoding: Option<Encoding>,
    /// On a client: whether they are, whatever their size.
    pub(crate) asked: Option<bool>,
    /// On a server: whether the message came compressed.
    pub(crate) was_compressed: bool,
}

/// What a client's methods take: a message, or a [`Request`] with metadata.
pub trait IntoRequest<T> {
    /// The request.
    fn into_request(self) -> Request<T>;
}

// === impl Request ===

impl<T> Request<T> {
    /// A request without metadata.
    pub fn new(message: T) -> Request<T> {
        Request {
            message,
            parts: Parts::default(),
        }
    }

    /// The message.
    pub fn get_ref(&self) -> &T {
        &self.message
    }

    /// The message, to change.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.message
    }

    /// The message alone.
    pub fn into_inner(self) -> T {
        self.message
    }

    /// The metadata: on the server what the client sent, without the headers
    /// of the protocol itself.
    pub fn metadata(&self) -> &Metadata {
        &self.parts.metadata
    }

    /// The metadata, to change.
    pub fn metadata_mut(&mut self) -> &mut Metadata {
        &mut self.parts.metadata
    }

    /// When the call must be over.
    pub fn deadline(&self) -> Option<Instant> {
        self.parts.deadline
    }

    /// Sets the deadline to this long from now. On a client this becomes
    /// `grpc-timeout`; a deadline of a call being served is kept if it is sooner.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.parts.deadline = crate::clock::now().checked_add(timeout);
    }

    /// Whether the call waits for a connection instead of failing at once with
    /// `UNAVAILABLE` while the server cannot be reached. Off by default; a call
    /// that waits should have a deadline. Has no effect on a server.
    pub fn set_wait_for_ready(&mut self, wait: bool) {
        self.parts.wait_for_ready = wait;
    }

    /// Sets the encoding of this call's messages, whatever the channel's
    /// [`CompressionConfig::send`](crate::CompressionConfig) says;
    /// [`Encoding::Identity`] turns compression off. The messages of at least
    /// `min_size` bytes are compressed.
    ///
    /// A server that does not read the encoding answers with `UNIMPLEMENTED`. The
    /// call fails at once with `UNIMPLEMENTED` if this build has no such encoding.
    /// Has no effect on a server.
    pub fn set_encoding(&mut self, encoding: Encoding) {
        self.parts.encoding = Some(encoding);
    }

    /// Sets whether this call's messages are compressed, whatever their size; an
    /// empty message never is. They go plain where neither the channel nor
    /// [`set_encoding`](Self::set_encoding) names an encoding. Has no effect on a
    /// server.
    ///
    /// A call with a request stream may change its mind, with the `set_compressed`
    /// of its handle.
    pub fn set_compressed(&mut self, compressed: bool) {
        self.parts.asked = Some(compressed);
    }

    /// Whether the message came compressed; for tests and metrics. Of a stream of
    /// messages, [`Streaming::was_compressed`](crate::Streaming::was_compressed)
    /// tells it.
    pub fn was_compressed(&self) -> bool {
        self.parts.was_compressed
    }

    /// Who sent the request; `None` on a client.
    pub fn peer(&self) -> Option<&Peer> {
        self.parts.peer.as_ref()
    }

    /// Values that interceptors left.
    pub fn extensions(&self) -> &Extensions {
        &self.parts.extensions
    }

    /// Values for interceptors, to change.
    pub fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.parts.extensions
    }

    /// The method that is called; `None` until a client sends the request.
    pub fn spec(&self) -> Option<&'static MethodSpec> {
        self.parts.spec
    }

    /// The same request with another message.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Request<U> {
        Request {
            message: f(self.message),
            parts: self.parts,
        }
    }

    pub(crate) fn from_parts(message: T, parts: Parts) -> Request<T> {
        Request { message, parts }
    }

    pub(crate) fn into_parts(self) -> (T, Parts) {
        (self.message, self.parts)
    }
}

impl<T> std::ops::Deref for Request<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.message
    }
}

// === impl IntoRequest ===

impl<T> IntoRequest<T> for T {
    fn into_request(self) -> Request<T> {
        Request::new(self)
    }
}

impl<T> IntoRequest<T> for Request<T> {
    fn into_request(self) -> Request<T> {
        self
    }
}
