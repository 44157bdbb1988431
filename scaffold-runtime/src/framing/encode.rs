//! From a message to its frame.

use std::sync::Arc;

use bytes::Bytes;
use prost::Message;

use super::shrink::shrink;
use super::{PREFIX, Rules};
use crate::Status;
use crate::counters::Cause;
use crate::pool::{self, Budget, Buffer};

/// Messages up to this long are gathered, or copied where they fit; longer ones
/// keep a buffer of their own, which goes out without another copy.
pub(crate) const SHORT: usize = 16 << 10;

/// Bytes of a call's responses that may wait and are charged to no budget: most
/// answers are no longer, and a call costs about as much in any case.
pub(crate) const FREE: usize = 2 << 10;

/// A message in its frame, plain or compressed, in a buffer of the pool.
#[derive(Debug)]
pub(crate) struct Frame {
    buffer: Buffer,
}

/// Encodes a message behind its prefix, and compresses it if the rules say so.
///
/// # Errors
///
/// `RESOURCE_EXHAUSTED` if it is longer than the limit; nothing is encoded.
pub(crate) fn frame<M: Message>(message: &M, rules: &Rules) -> Result<Frame, Status> {
    let len = checked_len(message, rules)?;
    let mut buffer = pool::take(PREFIX + len);
    put(message, len, buffer.memory());
    if rules.compresses(len) {
        buffer = shrink(buffer, rules);
    }
    Ok(Frame { buffer })
}

/// The length of a message that may be sent.
///
/// # Errors
///
/// `RESOURCE_EXHAUSTED` if it is longer than the limit.
pub(crate) fn checked_len<M: Message>(message: &M, rules: &Rules) -> Result<usize, Status> {
    let len = message.encoded_len();
    let limit = rules.limit();
    if len > limit {
        return Err(Status::resource_exhausted(format!(
            "message to send is {len} bytes long, the limit is {limit}"
        )));
    }
    Ok(len)
}

/// Writes a message of `len` bytes behind its prefix, as it is.
#[inline]
pub(crate) fn put<M: Message>(message: &M, len: usize, out: &mut Vec<u8>) {
    let [a, b, c, d] = (len as u32).to_be_bytes();
    out.reserve(PREFIX + len);
    out.extend_from_slice(&[0, a, b, c, d]);
    // `encode` would work the length out once more, and a Vec always has room.
    message.encode_raw(out);
}

// === impl Frame ===

impl Frame {
    pub(crate) fn as_slice(&self) -> &[u8] {
        self.buffer.as_slice()
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        self.buffer.freeze()
    }

    /// The frame on its way to the peer, however long that takes: unless it is
    /// [free](FREE), it counts against the budget until it is there.
    ///
    /// # Errors
    ///
    /// `RESOURCE_EXHAUSTED` if the budget has no room for it.
    pub(crate) fn into_bytes_within(self, budget: &Arc<Budget>) -> Result<Bytes, Status> {
        if self.buffer.len() <= FREE {
            return Ok(self.buffer.freeze());
        }
        self.buffer.freeze_within(budget).ok_or_else(used_up)
    }
}

/// The status where a budget has no room for a response that waits.
pub(crate) fn used_up() -> Status {
    Status::resource_exhausted("the memory for responses is used up: retry with a back-off")
        .because(Cause::ResponseMemory)
}
