//! `Sender`: messages that go out.

use std::future::poll_fn;
use std::marker::PhantomData;
use std::sync::Arc;

use prost::Message;

use super::Pipe;
use crate::framing::Rules;
use crate::{Metadata, Status};

/// Sends the responses of a streaming call.
///
/// A handler gets one, sends as it goes, and returns; what it returns ends the
/// stream. When the client's window is full, [`send`](Sender::send) waits. When
/// the client is gone or the deadline passes, the handler's future is dropped,
/// at its `await`.
///
/// A sender may be moved into a task. It fails from when the handler returns:
/// let the handler wait for the task.
pub struct Sender<T> {
    pipe: Arc<Pipe>,
    rules: Rules,
    metadata: Metadata,
    trailers: Metadata,
    message: PhantomData<fn(T)>,
}

// === impl Sender ===

impl<T> Sender<T> {
    pub(crate) fn new(pipe: Arc<Pipe>, rules: Rules, metadata: Metadata) -> Sender<T> {
        Sender {
            pipe,
            rules,
            metadata,
            trailers: Metadata::new(),
            message: PhantomData,
        }
    }

    /// The initial metadata, which goes out with the first message. Has no
    /// effect after that.
    pub fn metadata_mut(&mut self) -> &mut Metadata {
        &mut self.metadata
    }

    /// Sends the initial metadata now, instead of with the first message. Some
    /// clients wait for it before they send anything.
    ///
    /// # Errors
    ///
    /// `CANCELLED` when the client is gone or the call has ended.
    pub async fn send_metadata(&mut self) -> Result<(), Status> {
        self.pipe.send_head(&mut self.metadata)
    }

    /// The trailing metadata, which goes out when the handler has returned. The
    /// sender must be dropped by then.
    pub fn trailers_mut(&mut self) -> &mut Metadata {
        &mut self.trailers
    }

    /// Whether the messages from here on are compressed, whatever their size;
    /// where the client accepts none of
    /// [`CompressionConfig::send`](crate::CompressionConfig), they go plain.
    pub fn set_compressed(&mut self, compressed: bool) {
        self.rules = self.rules.asked(Some(compressed));
    }

    /// Waits until the client is gone or the call has ended.
    pub async fn closed(&mut self) {
        poll_fn(|cx| self.pipe.poll_closed(cx)).await;
    }

    /// Whether the client is gone or the call has ended.
    pub fn is_closed(&self) -> bool {
        self.pipe.is_closed()
    }
}

impl<T: Message> Sender<T> {
    /// Sends a message; waits while the one before it does not fit the client's
    /// window. If the future is dropped before it is ready, nothing is sent.
    ///
    /// # Errors
    ///
    /// `CANCELLED` when the client is gone or the call has ended;
    /// `RESOURCE_EXHAUSTED` for a message over the limit
    /// ([`ServerConfig::max_send_message_size`](crate::ServerConfig)), after
    /// which others may still be sent.
    pub async fn send(&mut self, message: T) -> Result<(), Status> {
        let (pipe, rules, metadata) = (&self.pipe, &self.rules, &mut self.metadata);
        poll_fn(|cx| pipe.poll_send(&message, rules, metadata, cx)).await
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        self.pipe.leave(
            std::mem::take(&mut self.metadata),
            std::mem::take(&mut self.trailers),
        );
    }
}

impl<T> std::fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sender")
            .field("metadata", &self.metadata)
            .finish_non_exhaustive()
    }
}
