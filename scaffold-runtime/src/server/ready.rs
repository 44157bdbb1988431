//! Which calls were woken: a waker for each slot, and one list.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

/// Wakes one slot. It may do so after the slot has got another call, which is
/// then polled once for nothing.
pub(super) struct Flag {
    index: usize,
    queued: AtomicBool,
    ready: Arc<Ready>,
}

/// The slots that were woken.
#[derive(Default)]
pub(super) struct Ready {
    queue: Mutex<Queue>,
    /// Whether the list may have something; spares the lock where it has not.
    any: AtomicBool,
}

#[derive(Default)]
struct Queue {
    slots: Vec<usize>,
    connection: Option<Waker>,
    /// Whether the connection knows, or is about to look.
    told: bool,
}

// === impl Ready ===

impl Ready {
    /// Until [`end`](Ready::end), the connection looks at the list by itself.
    pub(super) fn begin(&self, waker: &Waker) {
        let mut queue = self.lock();
        queue.told = true;
        match &mut queue.connection {
            Some(known) => known.clone_from(waker),
            None => queue.connection = Some(waker.clone()),
        }
    }

    /// From now on, a slot that is woken wakes the connection. `true` if there
    /// are some in the list.
    pub(super) fn end(&self) -> bool {
        let mut queue = self.lock();
        queue.told = false;
        !queue.slots.is_empty()
    }

    /// Takes the list, and leaves an empty one with the memory of `into`.
    pub(super) fn take(&self, into: &mut Vec<usize>) {
        debug_assert!(into.is_empty());
        if !self.any.swap(false, Ordering::AcqRel) {
            return;
        }
        let mut queue = self.lock();
        std::mem::swap(&mut queue.slots, into);
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Flag ===

impl Flag {
    pub(super) fn new(index: usize, ready: &Arc<Ready>) -> Arc<Flag> {
        Arc::new(Flag {
            index,
            queued: AtomicBool::new(false),
            ready: ready.clone(),
        })
    }

    /// The slot is about to be polled: from now on it may be woken again.
    pub(super) fn polled(&self) {
        self.queued.store(false, Ordering::Release);
    }
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.queued.swap(true, Ordering::AcqRel) {
            return;
        }
        let waker = {
            let mut queue = self.ready.lock();
            queue.slots.push(self.index);
            self.ready.any.store(true, Ordering::Release);
            // Once for a burst.
            match std::mem::replace(&mut queue.told, true) {
                true => None,
                false => queue.connection.clone(),
            }
        };
        // Outside the lock, because a waker may run code.
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn a_burst_wakes_the_connection_once() {
        let count = Arc::new(Count(AtomicUsize::new(0)));
        let ready = Arc::<Ready>::default();
        let waker = Waker::from(count.clone());
        ready.begin(&waker);
        assert!(!ready.end());
        let flags: Vec<_> = (0..4).map(|index| Flag::new(index, &ready)).collect();
        for round in 1..=3 {
            for flag in flags.iter().chain(&flags) {
                flag.wake_by_ref();
            }
            assert_eq!(count.0.load(Ordering::SeqCst), round);
            ready.begin(&waker);
            let mut woken = Vec::new();
            ready.take(&mut woken);
            assert_eq!(woken, [0, 1, 2, 3]);
            flags.iter().for_each(|flag| flag.polled());
            woken.clear();
            ready.take(&mut woken);
            assert!(woken.is_empty());
            // Woken during the turn: the connection is told at its end.
            flags[0].wake_by_ref();
            assert!(ready.end());
            assert_eq!(count.0.load(Ordering::SeqCst), round);
            ready.take(&mut woken);
            flags[0].polled();
        }
    }
}
