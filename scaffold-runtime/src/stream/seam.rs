//! The seam between messages and what carries them.
//!
//! What is above it knows types of messages and nothing of frames or HTTP/2;
//! what is below it knows bytes and nothing of types. A test, a server and a
//! client each have a carrier of their own.

use std::task::{Context, Poll};

use bytes::Bytes;

use crate::{Metadata, Status};

/// Where encoded messages come from.
pub(crate) trait Source: Send {
    /// The next message; `None` after the last of a stream that ended well.
    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Status>>>;

    /// The trailing metadata, after the end.
    fn take_trailers(&mut self) -> Metadata;

    /// The initial metadata, once, where it comes later than the stream's making.
    fn take_metadata(&mut self) -> Option<Metadata> {
        None
    }

    /// Moves the call along while only its other direction is used.
    fn poll_progress(&mut self, _: &mut Context<'_>) {}

    /// Ready with the status if the call has failed, and with `None` if there are
    /// messages first, or it ended well. Takes nothing away.
    fn poll_failure(&mut self, _: &mut Context<'_>) -> Poll<Option<Status>> {
        Poll::Ready(None)
    }

    /// How many messages went the other way, where that is known.
    fn sent(&self) -> u64 {
        0
    }
}

/// Where encoded messages go to.
pub(crate) trait Sink: Send {
    /// Ready when what was sent before is on its way: this is the back-pressure.
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Status>>;

    /// Takes a frame, after [`poll_ready`](Sink::poll_ready). With the first one
    /// goes the initial metadata.
    fn send(&mut self, frame: Bytes, metadata: &mut Metadata) -> Result<(), Status>;

    /// Sends the initial metadata now, if it has not been sent.
    fn send_head(&mut self, metadata: &mut Metadata) -> Result<(), Status>;

    /// Ready when nobody receives any more.
    fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()>;

    /// Whether nobody receives any more, as far as is known.
    fn is_closed(&self) -> bool;

    /// The longest message, in bytes.
    fn limit(&self) -> usize;

    /// The sender is gone: what is left of its metadata, and its trailers.
    fn close(&mut self, metadata: Metadata, trailers: Metadata);
}
