//! Futures of calls, in slots that are used again.
//!
//! A task for each call would cost an allocation, a place in the runtime's
//! queues and a wake through them. Here a call's future is built in a slot that
//! another has left, polled at once where it stands, and polled again when its
//! own waker says so; the worker is woken once for all of them.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Wake, Waker};

/// Futures that run together.
pub(crate) struct Slab<F> {
    slots: Vec<Slot<F>>,
    free: Vec<usize>,
    woken: Arc<Woken>,
    /// Memory for those that were woken.
    ready: Vec<usize>,
    live: usize,
}

struct Slot<F> {
    future: Pin<Box<Option<F>>>,
    waker: Waker,
}

/// Which slots are to be polled.
#[derive(Default)]
struct Woken {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    slots: Vec<usize>,
    /// Who polls the slab, while it sleeps.
    owner: Option<Waker>,
}

struct SlotWaker {
    slot: usize,
    woken: Arc<Woken>,
}

// === impl Slab ===

impl<F: Future<Output = ()>> Slab<F> {
    pub(crate) fn new() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            woken: Arc::default(),
            ready: Vec::new(),
            live: 0,
        }
    }

    /// How many futures are not ready yet.
    pub(crate) fn live(&self) -> usize {
        self.live
    }

    /// Takes a future in, and polls it.
    pub(crate) fn start(&mut self, future: F) {
        let slot = self.free.pop().unwrap_or_else(|| self.grow());
        self.slots[slot].future.as_mut().set(Some(future));
        self.live += 1;
        self.poll_slot(slot);
    }

    /// Polls the futures that were woken; `true` if there were any.
    pub(crate) fn turn(&mut self) -> bool {
        let mut ready = std::mem::take(&mut self.ready);
        std::mem::swap(&mut self.woken.lock().slots, &mut ready);
        let any = !ready.is_empty();
        for slot in ready.drain(..) {
            self.poll_slot(slot);
        }
        self.ready = ready;
        any
    }

    /// Sleeps until a future is woken; `false` if one is already.
    pub(crate) fn sleep(&self, cx: &Context<'_>) -> bool {
        let mut state = self.woken.lock();
        if !state.slots.is_empty() {
            return false;
        }
        if !state
            .owner
            .as_ref()
            .is_some_and(|old| old.will_wake(cx.waker()))
        {
            state.owner = Some(cx.waker().clone());
        }
        true
    }

    fn poll_slot(&mut self, slot: usize) {
        let Slot { future, waker } = &mut self.slots[slot];
        // A slot that is empty was woken for the future that has left it.
        let Some(running) = future.as_mut().as_pin_mut() else {
            return;
        };
        if running.poll(&mut Context::from_waker(waker)).is_ready() {
            future.as_mut().set(None);
            self.free.push(slot);
            self.live -= 1;
        }
    }

    fn grow(&mut self) -> usize {
        let slot = self.slots.len();
        let waker = SlotWaker {
            slot,
            woken: Arc::clone(&self.woken),
        };
        self.slots.push(Slot {
            future: Box::pin(None),
            waker: Arc::new(waker).into(),
        });
        slot
    }
}

// === impl Woken ===

impl Woken {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing under the lock can panic half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for SlotWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut state = self.woken.lock();
        state.slots.push(self.slot);
        let owner = state.owner.take();
        drop(state);
        if let Some(owner) = owner {
            owner.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::future::poll_fn;
    use std::rc::Rc;
    use std::task::Poll;

    #[test]
    fn slots_are_used_again_and_late_wakes_do_no_harm() {
        let wakers: Rc<Cell<Vec<Waker>>> = Rc::default();
        let done = Rc::new(Cell::new(0));
        let mut slab = Slab::new();
        let call = |polls: u32| {
            let (wakers, done) = (Rc::clone(&wakers), Rc::clone(&done));
            let mut left = polls;
            let waits = poll_fn(move |cx: &mut Context<'_>| {
                let mut list = wakers.take();
                list.push(cx.waker().clone());
                wakers.set(list);
                left -= 1;
                if left == 0 {
                    Poll::Ready(())
                } else {
                    Poll::Pending
                }
            });
            async move {
                waits.await;
                done.set(done.get() + 1);
            }
        };
        slab.start(call(1));
        assert_eq!((slab.live(), done.get()), (0, 1));
        slab.start(call(2));
        slab.start(call(2));
        assert_eq!((slab.live(), slab.slots.len()), (2, 2));
        assert!(!slab.turn());
        assert!(slab.sleep(&Context::from_waker(Waker::noop())));
        // Twice each, and the one that has left its slot too.
        let woken = wakers.take();
        woken.iter().for_each(Waker::wake_by_ref);
        woken.into_iter().for_each(Waker::wake);
        assert!(!slab.sleep(&Context::from_waker(Waker::noop())));
        assert!(slab.turn());
        assert_eq!((slab.live(), done.get()), (0, 3));
    }
}
