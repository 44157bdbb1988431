//! From the pacer to one worker: calls in batches, one lock and at most one wake
//! for each batch.
//!
//! The pacer hands over all that is due at a moment; the worker takes all that is
//! there. Both swap vectors, so that in the steady state nothing is allocated. It
//! is bounded by the cap on calls in flight, which the pacer keeps.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::Due;

/// A worker's calls, and how many of them are over.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    state: Mutex<State>,
    /// Calls that ended, of those that were handed over.
    ended: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    calls: Vec<Due>,
    worker: Option<Waker>,
    closed: bool,
}

// === impl Queue ===

impl Queue {
    /// Hands calls over; `calls` is empty afterwards.
    pub(crate) fn push(&self, calls: &mut Vec<Due>) {
        let mut state = self.lock();
        state.calls.append(calls);
        let worker = state.worker.take();
        drop(state);
        if let Some(worker) = worker {
            worker.wake();
        }
    }

    /// Nothing comes any more.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let worker = state.worker.take();
        drop(state);
        if let Some(worker) = worker {
            worker.wake();
        }
    }

    /// Takes what is there into `calls`, which must be empty. Not ready, the
    /// worker is woken by the next batch; `false` says that none comes.
    pub(crate) fn poll_take(&self, calls: &mut Vec<Due>, cx: &mut Context<'_>) -> Poll<bool> {
        let mut state = self.lock();
        if !state.calls.is_empty() {
            std::mem::swap(&mut state.calls, calls);
            return Poll::Ready(true);
        }
        if state.closed {
            return Poll::Ready(false);
        }
        if !state
            .worker
            .as_ref()
            .is_some_and(|old| old.will_wake(cx.waker()))
        {
            state.worker = Some(cx.waker().clone());
        }
        Poll::Pending
    }

    /// How many calls are over.
    pub(crate) fn ended(&self) -> u64 {
        self.ended.load(Ordering::Relaxed)
    }

    /// The worker's word on that.
    pub(crate) fn set_ended(&self, ended: u64) {
        self.ended.store(ended, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing under the lock can panic half-way.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
