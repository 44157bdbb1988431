//! What a stream has to send and may not yet.

use std::collections::VecDeque;

use bytes::{Buf, Bytes};

/// Data by reference, then the end. Empty for nearly every call of its life.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    pieces: VecDeque<Bytes>,
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

    pub(crate) fn push(&mut self, piece: Bytes) {
        if !piece.is_empty() {
            self.bytes += piece.len();
            self.pieces.push_back(piece);
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

    /// Takes at most `max` bytes of the first piece.
    pub(crate) fn take(&mut self, max: usize) -> Option<Bytes> {
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
    pub(crate) fn clear(&mut self) {
        if self.pieces.capacity() > 16 {
            self.pieces = VecDeque::new();
        } else {
            self.pieces.clear();
        }
        self.bytes = 0;
        self.trailers = None;
        self.end = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_in_order_then_trailers() {
        let mut queue = Queue::default();
        queue.push(Bytes::from_static(b"abc"));
        queue.push(Bytes::new());
        queue.push(Bytes::from_static(b"de"));
        queue.trailers(Box::from(&b"t"[..]));
        assert_eq!(queue.bytes(), 5);
        assert_eq!(queue.take(2).as_deref(), Some(&b"ab"[..]));
        assert_eq!(queue.take_trailers(), None);
        assert_eq!(queue.take(9).as_deref(), Some(&b"c"[..]));
        assert_eq!(queue.take(9).as_deref(), Some(&b"de"[..]));
        assert_eq!(queue.take(9), None);
        assert!(!queue.is_empty());
        assert_eq!(queue.take_trailers().as_deref(), Some(&b"t"[..]));
        assert!(queue.is_empty());
    }
}
