//! From a message to its frame.

use bytes::{BufMut, Bytes};
use prost::Message;

use super::shrink::shrink;
use super::{PREFIX, Rules};
use crate::Status;
use crate::pool::{self, Buffer};

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
    put(message, len, buffer.memory())?;
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
pub(crate) fn put<M: Message>(message: &M, len: usize, out: &mut Vec<u8>) -> Result<(), Status> {
    out.put_u8(0);
    out.put_u32(len as u32);
    // Fails only for want of room, and a Vec always has it.
    message
        .encode(out)
        .map_err(|fault| Status::internal(fault.to_string()))
}

// === impl Frame ===

impl Frame {
    pub(crate) fn as_slice(&self) -> &[u8] {
        self.buffer.as_slice()
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        self.buffer.freeze()
    }
}
