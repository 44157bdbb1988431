//! The read buffer of a thread.
//!
//! A connection reads only while it is polled, and a thread polls one at a
//! time: they share a buffer, which stays in the cache, and an idle connection
//! holds none.

use std::cell::Cell;

use bytes::BytesMut;

/// Bytes that one read takes at most.
pub(super) const CAPACITY: usize = 64 << 10;

thread_local! {
    static SCRATCH: Cell<Option<BytesMut>> = const { Cell::new(None) };
}

/// The buffer, empty, with room for at least `least` bytes.
pub(super) fn take(least: usize) -> BytesMut {
    // A thread that ends has none any more.
    let kept = SCRATCH.try_with(Cell::take).ok().flatten();
    let mut buffer = kept.unwrap_or_default();
    buffer.clear();
    // All of it, if nobody shares a part of what was read before; else what is
    // left, and another one when that is little.
    if !buffer.try_reclaim(CAPACITY) && buffer.capacity() < least {
        buffer.reserve(CAPACITY.max(least));
    }
    buffer
}

/// Puts it back.
pub(super) fn put(buffer: BytesMut) {
    if buffer.capacity() <= 2 * CAPACITY {
        let _ = SCRATCH.try_with(|scratch| scratch.set(Some(buffer)));
    }
}
