//! The calls of a connection: polled in the connection's own task.
//!
//! No task, no channel and no lock for each call, and one flush for many
//! answers. A call's future lives in a slot that is used again; the box is made
//! once for each level of concurrency that the connection reaches.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Wake, Waker};

/// Slots that an idle connection keeps.
const KEPT: usize = 8;

/// The calls that are not ready.
pub(super) struct Calls<F> {
    slots: Vec<Slot<F>>,
    free: Vec<usize>,
    ready: Arc<Ready>,
    /// Swapped with the list of ready slots, so that neither is allocated anew.
    batch: Vec<usize>,
}

struct Slot<F> {
    future: Pin<Box<Option<F>>>,
    flag: Arc<Flag>,
    waker: Waker,
}

/// Wakes one slot. It may do so after the slot has got another call, which is
/// then polled once for nothing.
struct Flag {
    index: usize,
    queued: AtomicBool,
    ready: Arc<Ready>,
}

/// The slots that were woken.
#[derive(Default)]
struct Ready {
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    slots: Vec<usize>,
    connection: Option<Waker>,
}

// === impl Calls ===

impl<F: Future<Output = ()>> Calls<F> {
    pub(super) fn new() -> Calls<F> {
        Calls {
            slots: Vec::new(),
            free: Vec::new(),
            ready: Arc::default(),
            batch: Vec::new(),
        }
    }

    /// How many calls are not ready.
    pub(super) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Takes a call and polls it.
    pub(super) fn start(&mut self, call: F) {
        let index = self.free.pop().unwrap_or_else(|| self.grow());
        self.slots[index].future.as_mut().set(Some(call));
        self.poll_slot(index);
    }

    /// Polls the calls that were woken; says how many. Those that are woken from
    /// now on wake `cx`.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> usize {
        {
            let mut queue = self.ready.lock();
            std::mem::swap(&mut queue.slots, &mut self.batch);
            match &queue.connection {
                Some(waker) if waker.will_wake(cx.waker()) => {}
                _ => queue.connection = Some(cx.waker().clone()),
            }
        }
        let batch = std::mem::take(&mut self.batch);
        for &index in &batch {
            // A slot that was given up since may still be in the list.
            if index < self.slots.len() {
                self.slots[index]
                    .flag
                    .queued
                    .store(false, Ordering::Release);
                self.poll_slot(index);
            }
        }
        let polled = batch.len();
        self.batch = batch;
        self.batch.clear();
        polled
    }

    /// Gives the memory of free slots back, when there is no call.
    pub(super) fn trim(&mut self) {
        if self.len() == 0 && self.slots.len() > KEPT {
            self.slots.truncate(KEPT);
            self.slots.shrink_to_fit();
            self.free = (0..self.slots.len()).collect();
        }
    }

    fn grow(&mut self) -> usize {
        let index = self.slots.len();
        let flag = Arc::new(Flag {
            index,
            queued: AtomicBool::new(false),
            ready: self.ready.clone(),
        });
        let waker = Waker::from(flag.clone());
        self.slots.push(Slot {
            future: Box::pin(None),
            flag,
            waker,
        });
        index
    }

    fn poll_slot(&mut self, index: usize) {
        let slot = &mut self.slots[index];
        let Some(future) = slot.future.as_mut().as_pin_mut() else {
            return;
        };
        if future
            .poll(&mut Context::from_waker(&slot.waker))
            .is_ready()
        {
            slot.future.as_mut().set(None);
            self.free.push(index);
        }
    }
}

// === impl Ready ===

impl Ready {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Flag ===

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
            queue.connection.take()
        };
        // Taken, so that a burst wakes the connection once; outside the lock,
        // because a waker may run code.
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::sync::atomic::AtomicUsize;
    use std::task::Poll;
    use tokio::sync::oneshot;

    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn slots_are_used_again_and_wake_once_for_a_burst() {
        let count = Arc::new(Count(AtomicUsize::new(0)));
        let waker = Waker::from(count.clone());
        let mut cx = Context::from_waker(&waker);
        let mut calls = Calls::new();
        for _ in 0..3 {
            let (senders, receivers): (Vec<_>, Vec<_>) =
                (0..4).map(|_| oneshot::channel::<()>()).unzip();
            for receiver in receivers {
                calls.start(async move {
                    let _ = receiver.await;
                });
            }
            assert_eq!((calls.len(), calls.poll(&mut cx)), (4, 0));
            let before = count.0.load(Ordering::SeqCst);
            senders.into_iter().for_each(drop);
            assert_eq!(count.0.load(Ordering::SeqCst), before + 1);
            assert_eq!((calls.poll(&mut cx), calls.len()), (4, 0));
            assert_eq!(calls.slots.len(), 4);
        }
    }

    #[test]
    fn a_late_waker_of_an_old_call_does_no_harm() {
        let mut cx = Context::from_waker(Waker::noop());
        let mut calls = Calls::new();
        let kept: Arc<Mutex<Vec<Waker>>> = Arc::default();
        for _ in 0..20 {
            let kept = kept.clone();
            let mut polls = 0;
            calls.start(poll_fn(move |cx| {
                kept.lock().unwrap().push(cx.waker().clone());
                polls += 1;
                if polls > 1 {
                    Poll::Ready(())
                } else {
                    Poll::Pending
                }
            }));
        }
        let wakers = std::mem::take(&mut *kept.lock().unwrap());
        wakers.iter().for_each(Waker::wake_by_ref);
        assert_eq!((calls.poll(&mut cx), calls.len()), (20, 0));
        calls.trim();
        assert_eq!(calls.slots.len(), KEPT);
        wakers.iter().for_each(Waker::wake_by_ref);
        assert_eq!((calls.poll(&mut cx), calls.len()), (20, 0));
    }
}
