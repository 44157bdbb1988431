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

    /// Whether the last message was compressed.
    fn was_compressed(&self) -> bool {
        false
    }

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
