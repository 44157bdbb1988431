//! `Buffer`: bytes that go back to the pool.

use std::sync::Arc;

use bytes::Bytes;

use super::{Budget, Charge, classes, stats};

/// A growing buffer. Dropped, or frozen and its last `Bytes` dropped, its memory
/// goes back to the pool.
pub(crate) struct Buffer {
    memory: Vec<u8>,
    /// What the counters know of it.
    counted: usize,
}

/// An empty buffer with room for at least `capacity` bytes.
pub(crate) fn take(capacity: usize) -> Buffer {
    let (memory, hit) = match classes::pop(capacity) {
        Ok(memory) => (memory, true),
        Err(capacity) => (Vec::with_capacity(capacity), false),
    };
    let counted = memory.capacity();
    stats::taken(counted, hit);
    Buffer { memory, counted }
}

// === impl Buffer ===

impl Buffer {
    /// Bytes in it.
    pub(crate) fn len(&self) -> usize {
        self.memory.len()
    }

    /// Bytes that it has room for: what it costs.
    pub(crate) fn capacity(&self) -> usize {
        self.memory.capacity()
    }

    /// Adds bytes. A buffer that is full gives way to one of twice the room.
    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        let needed = self.memory.len() + bytes.len();
        if needed > self.memory.capacity() {
            let mut bigger = take(needed.max(2 * self.memory.capacity()));
            bigger.memory.extend_from_slice(&self.memory);
            *self = bigger;
        }
        self.memory.extend_from_slice(bytes);
    }

    /// The memory, to write into within the room that was taken.
    pub(crate) fn memory(&mut self) -> &mut Vec<u8> {
        &mut self.memory
    }

    /// How many more bytes fit before it must give way to a bigger one.
    pub(crate) fn room(&self) -> usize {
        self.memory.capacity() - self.memory.len()
    }

    /// Forgets the bytes and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.memory.clear();
    }

    /// The bytes.
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.memory
    }

    /// The bytes, shared.
    pub(crate) fn freeze(self) -> Bytes {
        if self.memory.is_empty() {
            return Bytes::new();
        }
        Bytes::from_owner(self)
    }

    /// The bytes, shared, which are charged to a budget while anybody has a
    /// part of them. `None` if the budget has no room for the buffer.
    pub(crate) fn freeze_within(self, budget: &Arc<Budget>) -> Option<Bytes> {
        let charge = Charge::of(budget, self.capacity())?;
        Some(self.freeze_with(Some(charge)))
    }

    /// The bytes, shared; what was charged for them is given back with them.
    pub(crate) fn freeze_with(self, charge: Option<Charge>) -> Bytes {
        match charge {
            None => self.freeze(),
            Some(_charge) => Bytes::from_owner(Charged {
                bytes: self,
                _charge,
            }),
        }
    }
}

/// The same bytes, charged to a budget while anybody has a part of them. `None` if
/// the budget has no room for them.
#[cfg(feature = "tower")]
pub(crate) fn charged(bytes: Bytes, budget: &Arc<Budget>) -> Option<Bytes> {
    let _charge = Charge::of(budget, bytes.len())?;
    Some(Bytes::from_owner(Charged { bytes, _charge }))
}

/// Bytes that count against a budget until the last who shares them is gone.
struct Charged<B> {
    bytes: B,
    _charge: Charge,
}

impl<B: AsRef<[u8]>> AsRef<[u8]> for Charged<B> {
    fn as_ref(&self) -> &[u8] {
        self.bytes.as_ref()
    }
}

impl std::fmt::Debug for Buffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<{} bytes>", self.memory.len())
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        &self.memory
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        stats::given_back(self.counted);
        classes::push(std::mem::take(&mut self.memory));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_used_again_and_comes_back_empty() {
        let mut buffer = take(100);
        buffer.extend(&[7; 100]);
        let bytes = buffer.freeze();
        let address = bytes.as_ptr();
        drop(bytes);
        let mut again = take(90);
        assert_eq!(again.len(), 0);
        again.extend(b"x");
        assert_eq!(again.freeze().as_ptr(), address);
    }

    #[test]
    fn what_is_too_long_is_not_kept() {
        let mut buffer = take(10 << 20);
        buffer.extend(&[1; 10]);
        drop(buffer);
        assert!(take(10 << 20).capacity() >= 10 << 20);
    }

    #[test]
    fn a_charge_lasts_as_long_as_the_last_part() {
        let budget = Arc::new(Budget::new(100 << 10));
        let long = |len: usize| {
            let mut buffer = take(len);
            buffer.extend(&vec![3; len]);
            buffer.freeze_within(&budget)
        };
        let mut bytes = long(60 << 10).expect("there is room for 64 KiB");
        assert_eq!(budget.used(), 64 << 10);
        assert!(long(60 << 10).is_none());
        let part = bytes.split_to(10);
        drop(bytes);
        assert_eq!(budget.used(), 64 << 10);
        drop(part);
        assert_eq!(budget.used(), 0);
        assert!(long(60 << 10).is_some());
    }

    #[test]
    fn grows_by_doubling() {
        let mut buffer = take(10);
        for _ in 0..1000 {
            buffer.extend(&[5; 100]);
        }
        assert_eq!(buffer.len(), 100_000);
        assert!(buffer.capacity() <= 256 * 1024);
        assert!(buffer.freeze().iter().all(|&byte| byte == 5));
    }
}
