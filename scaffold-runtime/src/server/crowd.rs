//! How many calls are under way in the whole server.
//!
//! A call that is answered in the turn in which it came is never counted: a
//! connection says at the end of each turn how many it has, if that is another
//! number than before. So it is one atomic operation for a turn at most, and the
//! limit may be exceeded by what the connections that have their turn take in it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The calls of a server.
#[derive(Debug)]
pub(super) struct Crowd {
    max: usize,
    now: AtomicUsize,
}

/// One connection's part of them; none when dropped.
pub(super) struct Share {
    crowd: Arc<Crowd>,
    own: usize,
}

// === impl Crowd ===

impl Crowd {
    pub(super) fn new(max: usize) -> Arc<Crowd> {
        let now = AtomicUsize::new(0);
        Arc::new(Crowd { max, now })
    }

    /// Whether there are as many as there may be.
    pub(super) fn is_full(&self) -> bool {
        self.now.load(Ordering::Relaxed) >= self.max
    }
}

// === impl Share ===

impl Share {
    pub(super) fn new(crowd: &Arc<Crowd>) -> Share {
        let crowd = crowd.clone();
        Share { crowd, own: 0 }
    }

    /// So many calls are under way on the connection.
    pub(super) fn set(&mut self, calls: usize) {
        let before = std::mem::replace(&mut self.own, calls);
        if calls > before {
            let more = calls - before;
            self.crowd.now.fetch_add(more, Ordering::Relaxed);
        } else if calls < before {
            let less = before - calls;
            self.crowd.now.fetch_sub(less, Ordering::Relaxed);
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.set(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_are_given_back() {
        let crowd = Crowd::new(5);
        let (mut one, mut other) = (Share::new(&crowd), Share::new(&crowd));
        one.set(3);
        other.set(1);
        assert!(!crowd.is_full());
        other.set(2);
        assert!(crowd.is_full());
        one.set(1);
        assert!(!crowd.is_full());
        one.set(8);
        assert!(crowd.is_full());
        drop(one);
        assert!(!crowd.is_full());
        drop(other);
        assert_eq!(crowd.now.load(Ordering::Relaxed), 0);
    }
}
