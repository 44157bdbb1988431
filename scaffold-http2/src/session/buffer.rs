//! Bytes on their way out: one run of frames, and large payloads that are
//! referred to instead of copied.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::{Buf, Bytes};

/// A payload that stands between two bytes of the run.
#[derive(Debug)]
struct Attached {
    /// How many bytes of the run come before it.
    at: usize,
    bytes: Bytes,
}

#[derive(Debug, Default)]
pub(crate) struct Buffer {
    run: Vec<u8>,
    /// How much of the run was taken already.
    taken: usize,
    attached: VecDeque<Attached>,
    attached_bytes: usize,
}

impl Buffer {
    /// Bytes that wait to be written.
    #[inline]
    pub(crate) fn pending(&self) -> usize {
        self.run.len() - self.taken + self.attached_bytes
    }

    /// The run, to append frames to.
    #[inline]
    pub(crate) fn run(&mut self) -> &mut Vec<u8> {
        &mut self.run
    }

    /// Length of the run, taken bytes included.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.run.len()
    }

    /// Puts `bytes` behind what the run holds now.
    pub(crate) fn attach(&mut self, bytes: Bytes) {
        self.attached_bytes += bytes.len();
        self.attached.push_back(Attached {
            at: self.run.len(),
            bytes,
        });
    }

    /// The run when nothing is attached to it: the common case, one slice.
    #[inline]
    pub(crate) fn contiguous(&self) -> Option<&[u8]> {
        self.attached.is_empty().then(|| &self.run[self.taken..])
    }

    /// Fills `slices` with what waits, in order; returns how many it filled.
    pub(crate) fn slices<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        let mut filled = 0;
        let mut from = self.taken;
        let mut put = |bytes: &'a [u8]| {
            if bytes.is_empty() {
                return true;
            }
            let Some(slice) = slices.get_mut(filled) else {
                return false;
            };
            *slice = IoSlice::new(bytes);
            filled += 1;
            true
        };
        for attached in &self.attached {
            if !put(&self.run[from..attached.at]) || !put(&attached.bytes) {
                return filled;
            }
            from = attached.at;
        }
        put(&self.run[from..]);
        filled
    }

    /// `count` bytes were written.
    pub(crate) fn advance(&mut self, mut count: usize) {
        while let Some(front) = self.attached.front_mut() {
            let before = front.at - self.taken;
            if count < before {
                break;
            }
            count -= before;
            self.taken = front.at;
            let part = count.min(front.bytes.len());
            front.bytes.advance(part);
            self.attached_bytes -= part;
            count -= part;
            if !front.bytes.is_empty() {
                return;
            }
            self.attached.pop_front();
        }
        self.taken = (self.taken + count).min(self.run.len());
        if self.taken == self.run.len() && self.attached.is_empty() {
            self.run.clear();
            self.taken = 0;
        } else if self.taken > self.run.len() / 2 && self.taken > 16 << 10 {
            self.compact();
        }
    }

    /// A writer that is never quite done must not make the run grow for ever.
    fn compact(&mut self) {
        self.run.drain(..self.taken);
        for attached in &mut self.attached {
            attached.at -= self.taken;
        }
        self.taken = 0;
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.run.clear();
        self.taken = 0;
        self.attached.clear();
        self.attached_bytes = 0;
    }

    /// Exchanges the memory of an empty run; `false` when it is not empty.
    pub(crate) fn swap(&mut self, other: &mut Vec<u8>) -> bool {
        if self.pending() > 0 {
            return false;
        }
        other.clear();
        std::mem::swap(&mut self.run, other);
        true
    }

    pub(crate) fn memory(&self) -> usize {
        self.run.capacity() + self.attached.capacity() * size_of::<Attached>() + self.attached_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(buffer: &Buffer) -> Vec<u8> {
        let mut slices = [IoSlice::new(&[]); 16];
        let filled = buffer.slices(&mut slices);
        slices[..filled]
            .iter()
            .flat_map(|slice| slice.to_vec())
            .collect()
    }

    #[test]
    fn any_split_gives_the_same_bytes() {
        let build = || {
            let mut buffer = Buffer::default();
            buffer.run().extend_from_slice(b"ab");
            buffer.attach(Bytes::from_static(b"CDE"));
            buffer.attach(Bytes::from_static(b"F"));
            buffer.run().extend_from_slice(b"g");
            buffer.attach(Bytes::from_static(b"HI"));
            buffer
        };
        for step in 1..=9 {
            let (mut buffer, mut seen) = (build(), Vec::new());
            while buffer.pending() > 0 {
                let now = all(&buffer);
                assert_eq!(now.len(), buffer.pending());
                let part = step.min(now.len());
                seen.extend_from_slice(&now[..part]);
                buffer.advance(part);
            }
            assert_eq!(seen, b"abCDEFgHI", "steps of {step}");
            assert_eq!(buffer.contiguous(), Some(&b""[..]));
        }
    }

    #[test]
    fn few_slices_give_the_front() {
        let mut buffer = Buffer::default();
        buffer.run().extend_from_slice(b"a");
        buffer.attach(Bytes::from_static(b"b"));
        assert_eq!(buffer.contiguous(), None);
        let mut slices = [IoSlice::new(&[]); 1];
        assert_eq!(buffer.slices(&mut slices), 1);
        assert_eq!(&*slices[0], b"a");
    }

    #[test]
    fn the_run_does_not_grow_for_ever() {
        let mut buffer = Buffer::default();
        for _ in 0..10_000 {
            buffer.run().extend_from_slice(&[0; 1000]);
            buffer.advance(buffer.pending() - 1);
        }
        assert!(buffer.memory() < 128 << 10, "{}", buffer.memory());
    }
}
