//! One open stream.

use super::Queue;
use crate::Time;

/// This side sent END_STREAM, or put it into the queue.
pub(crate) const LOCAL_CLOSED: u16 = 1;
/// The peer sent END_STREAM.
pub(crate) const REMOTE_CLOSED: u16 = 1 << 1;
/// This side sent its header section.
pub(crate) const HEAD_SENT: u16 = 1 << 2;
/// The peer sent its (final) header section.
pub(crate) const HEAD_RECEIVED: u16 = 1 << 3;
/// At least one byte of data went out.
pub(crate) const SENT_DATA: u16 = 1 << 4;
/// The stream is linked into the ring of those that have something to send.
pub(crate) const IN_RING: u16 = 1 << 5;
/// The driver waits for `writable`.
pub(crate) const WANTS_ROOM: u16 = 1 << 6;
/// The stream has something to send and its window is used up, since
/// [`Slot::blocked_since`].
pub(crate) const BLOCKED: u16 = 1 << 7;
/// When this side has ended, the other one is not waited for.
pub(crate) const HANG_UP: u16 = 1 << 8;

/// No declared `content-length`.
pub(crate) const NO_LENGTH: u64 = u64::MAX;

/// State of a stream, recycled with whatever memory its queue holds.
#[derive(Debug)]
pub(crate) struct Slot {
    /// Zero: free.
    pub(crate) id: u32,
    /// Next free slot.
    pub(crate) next: u32,
    pub(crate) flags: u16,
    /// What the peer lets this side send; below zero after it shrank its
    /// initial window (RFC 9113 section 6.9.2).
    pub(crate) send_window: i32,
    /// What the peer may still send.
    pub(crate) recv_window: i32,
    /// Received and not released by the driver.
    pub(crate) held: u32,
    /// Released and not yet announced.
    pub(crate) owed: u32,
    /// Bytes of body still to come, or [`NO_LENGTH`].
    pub(crate) body_left: u64,
    pub(crate) blocked_since: Time,
    pub(crate) queue: Queue,
    pub(crate) tag: u64,
}

impl Slot {
    pub(crate) fn new() -> Self {
        Self {
            id: 0,
            next: 0,
            flags: 0,
            send_window: 0,
            recv_window: 0,
            held: 0,
            owed: 0,
            body_left: NO_LENGTH,
            blocked_since: Time::default(),
            queue: Queue::default(),
            tag: 0,
        }
    }

    /// Makes the slot as new, except for the memory of its queue.
    #[inline]
    pub(super) fn recycle(&mut self) {
        self.id = 0;
        self.flags = 0;
        self.held = 0;
        self.owed = 0;
        self.body_left = NO_LENGTH;
        self.tag = 0;
        // Both windows are set when a stream takes the slot.
        self.queue.recycle();
    }

    #[inline]
    pub(crate) fn has(&self, flag: u16) -> bool {
        self.flags & flag != 0
    }

    #[inline]
    pub(crate) fn set(&mut self, flag: u16) {
        self.flags |= flag;
    }

    #[inline]
    pub(crate) fn unset(&mut self, flag: u16) {
        self.flags &= !flag;
    }

    /// Whether a turn in the ring would bring something forward.
    #[inline]
    pub(crate) fn can_progress(&self) -> bool {
        if self.queue.bytes() > 0 {
            return self.send_window > 0;
        }
        // An end alone takes no window; room is wanted for data.
        !self.queue.is_empty() || (self.has(WANTS_ROOM) && self.send_window > 0)
    }

    /// Whether the stream waits for its window and nothing else.
    #[inline]
    pub(crate) fn is_starved(&self) -> bool {
        self.send_window <= 0 && (self.queue.bytes() > 0 || self.has(WANTS_ROOM))
    }
}
