//! What a stream has to send and may not yet.

use std::collections::VecDeque;

use bytes::{Buf, Bytes};

/// Data by reference, then the end. Empty for nearly every call of its life.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    pieces: VecDeque<Bytes>,
    /// What comes behind the pieces, copied together: a thousand small sends
    /// are not a thousand pieces.
    tail: Vec<u8>,
    bytes: usize,
    /// An encoded trailer section, referring to no table.
    trailers: Option<Box<[u8]>>,
    /// END_STREAM stands behind the last piece.
    end: bool,
}

impl Queue {
    #[inline]
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Nothing to send, neither data nor an end.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes == 0 && !self.end && self.trailers.is_none()
    }

    /// Queues a large piece by reference.
    pub(crate) fn push(&mut self, piece: Bytes) {
        self.close_tail();
        self.bytes += piece.len();
        self.pieces.push_back(piece);
    }

    /// Queues a small piece by copying it behind the last small one.
    pub(crate) fn push_copy(&mut self, piece: &[u8]) {
        self.bytes += piece.len();
        self.tail.extend_from_slice(piece);
    }

    fn close_tail(&mut self) {
        if !self.tail.is_empty() {
            let tail = std::mem::take(&mut self.tail);
            self.pieces.push_back(Bytes::from(tail));
        }
    }

    pub(crate) fn end(&mut self) {
        self.end = true;
    }

    pub(crate) fn trailers(&mut self, block: Box<[u8]>) {
        self.trailers = Some(block);
    }

    /// Whether the end comes with the last data frame.
    pub(crate) fn ends_with_data(&self) -> bool {
        self.end
    }

    /// The end was sent.
    pub(crate) fn ended(&mut self) {
        self.end = false;
    }

    /// Takes at most `max` bytes of the first piece.
    pub(crate) fn take(&mut self, max: usize) -> Option<Bytes> {
        if self.pieces.is_empty() {
            self.close_tail();
        }
        let first = self.pieces.front_mut()?;
        let piece = if first.len() <= max {
            self.pieces.pop_front()?
        } else {
            first.split_to(max)
        };
        self.bytes -= piece.remaining();
        Some(piece)
    }

    /// Takes the trailers once all data is gone.
    pub(crate) fn take_trailers(&mut self) -> Option<Box<[u8]>> {
        if self.bytes == 0 {
            self.trailers.take()
        } else {
            None
        }
    }

    /// Forgets everything; a queue that grew gives its memory back.
    #[inline]
    pub(crate) fn recycle(&mut self) {
        if !self.is_empty() || self.pieces.capacity() > 8 || self.tail.capacity() > 0 {
            *self = Self::default();
        }
    }

    /// Bytes of memory held beyond the payload.
    pub(crate) fn memory(&self) -> usize {
        let spare = self.tail.capacity() - self.tail.len();
        let trailers = self.trailers.as_ref().map_or(0, |block| block.len());
        self.pieces.capacity() * size_of::<Bytes>() + spare + trailers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_in_order_then_trailers() {
        let mut queue = Queue::default();
        queue.push(Bytes::from_static(b"abc"));
        queue.push_copy(b"d");
        queue.push_copy(b"");
        queue.push_copy(b"e");
        queue.push(Bytes::from_static(b"f"));
        queue.trailers(Box::from(&b"t"[..]));
        assert_eq!(queue.bytes(), 6);
        assert_eq!(queue.take(2).as_deref(), Some(&b"ab"[..]));
        assert_eq!(queue.take_trailers(), None);
        assert_eq!(queue.take(9).as_deref(), Some(&b"c"[..]));
        assert_eq!(queue.take(9).as_deref(), Some(&b"de"[..]));
        assert_eq!(queue.take(9).as_deref(), Some(&b"f"[..]));
        assert_eq!(queue.take(9), None);
        assert!(!queue.is_empty());
        assert_eq!(queue.take_trailers().as_deref(), Some(&b"t"[..]));
        assert!(queue.is_empty());
    }
}
