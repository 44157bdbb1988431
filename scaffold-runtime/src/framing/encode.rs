//! From a message to its frame.

use bytes::{BufMut, Bytes};
use prost::Message;

use super::PREFIX;
use crate::{Status, pool};

/// Encodes a message behind its prefix, in a buffer of the pool.
///
/// # Errors
///
/// `RESOURCE_EXHAUSTED` if it is longer than `limit` bytes; nothing is encoded.
pub(crate) fn encode<M: Message>(message: &M, limit: usize) -> Result<Bytes, Status> {
    let len = message.encoded_len();
    let limit = limit.min(u32::MAX as usize);
    if len > limit {
        return Err(Status::resource_exhausted(format!(
            "message to send is {len} bytes long, the limit is {limit}"
        )));
    }
    let mut buffer = pool::take(PREFIX + len);
    let memory = buffer.memory();
    memory.put_u8(0);
    memory.put_u32(len as u32);
    // Fails only for want of room, and a Vec always has it.
    message
        .encode(memory)
        .map_err(|fault| Status::internal(fault.to_string()))?;
    Ok(buffer.freeze())
}
