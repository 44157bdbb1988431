//! Frames made shorter.

use super::{PREFIX, Rules};
use crate::compression;
use crate::pool::{self, Buffer};

/// The frame with its message compressed; the frame itself if that is no shorter
/// and nobody asked for it.
pub(super) fn shrink(plain: Buffer, rules: &Rules) -> Buffer {
    let message = &plain.as_slice()[PREFIX..];
    // Room for what does not shrink at all, with what the encodings add to it.
    let mut shrunk = pool::take(PREFIX + message.len() + message.len() / 128 + 128);
    let out = shrunk.memory();
    out.extend_from_slice(&[1, 0, 0, 0, 0]);
    if compression::compress(rules.encoding, rules.level, message, out).is_err() {
        // For want of memory: what can be sent plain need not fail.
        return plain;
    }
    let len = out.len() - PREFIX;
    let Ok(length) = u32::try_from(len) else {
        return plain;
    };
    if len >= message.len() && rules.asked != Some(true) {
        return plain;
    }
    out[1..PREFIX].copy_from_slice(&length.to_be_bytes());
    fit(shrunk)
}

/// The same bytes in memory of their size: queues of frames count bytes, not room.
fn fit(buffer: Buffer) -> Buffer {
    if buffer.len() > buffer.room() / 2 {
        return buffer;
    }
    let mut fitting = pool::take(buffer.len());
    fitting.extend(buffer.as_slice());
    fitting
}
