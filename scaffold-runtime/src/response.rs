//! `Response`: a message and what travels with it.

use crate::Metadata;

/// A response: a message, initial metadata (sent before it) and trailers (sent
/// behind it).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response<T> {
    message: T,
    metadata: Metadata,
    trailers: Metadata,
    /// On a server: whether it is to be compressed.
    asked: Option<bool>,
    /// On a client.
    was_compressed: bool,
}

// === impl Response ===

impl<T> Response<T> {
    /// A response without metadata.
    pub fn new(message: T) -> Response<T> {
        Response::from_parts(message, Metadata::new(), Metadata::new())
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

    /// The initial metadata.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The initial metadata, to change.
    pub fn metadata_mut(&mut self) -> &mut Metadata {
        &mut self.metadata
    }

    /// The trailing metadata.
    pub fn trailers(&self) -> &Metadata {
        &self.trailers
    }

    /// The trailing metadata, to change.
    pub fn trailers_mut(&mut self) -> &mut Metadata {
        &mut self.trailers
    }

    /// Sets whether the message is compressed, whatever its size. Where the client
    /// accepts none of [`CompressionConfig::send`](crate::CompressionConfig), it
    /// goes plain.
    pub fn set_compressed(&mut self, compressed: bool) {
        self.asked = Some(compressed);
    }

    /// On a client, whether the message came compressed; for tests and metrics.
    pub fn was_compressed(&self) -> bool {
        self.was_compressed
    }

    /// The same response with another message.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Response<U> {
        Response {
            message: f(self.message),
            metadata: self.metadata,
            trailers: self.trailers,
            asked: self.asked,
            was_compressed: self.was_compressed,
        }
    }

    pub(crate) fn from_parts(message: T, metadata: Metadata, trailers: Metadata) -> Response<T> {
        Response {
            message,
            metadata,
            trailers,
            asked: None,
            was_compressed: false,
        }
    }

    /// The same response, which came compressed or did not.
    pub(crate) fn received(mut self, compressed: bool) -> Response<T> {
        self.was_compressed = compressed;
        self
    }

    /// What [`set_compressed`](Response::set_compressed) asked for.
    pub(crate) fn asked(&self) -> Option<bool> {
        self.asked
    }

    pub(crate) fn into_parts(self) -> (T, Metadata, Metadata) {
        (self.message, self.metadata, self.trailers)
    }
}

impl<T> std::ops::Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.message
    }
}

impl<T> From<T> for Response<T> {
    fn from(message: T) -> Response<T> {
        Response::new(message)
    }
}
