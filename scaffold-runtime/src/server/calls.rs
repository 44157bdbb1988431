//! The calls of a connection: polled in the connection's own task.
//!
//! No task, no channel and no lock for each call, and one flush for many
//! answers. A call's future lives in a slot that is used again; the box is made
//! once for each level of concurrency that the connection reaches.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use scaffold_http2::Stream;

use super::guard;
use super::ready::{Flag, Ready};
use crate::{Outcome, Status};

/// Slots that an idle connection keeps: each is as large as a call.
const KEPT: usize = 1;

/// The calls that are not ready.
pub(super) struct Calls<F> {
    slots: Vec<Slot<F>>,
    free: Vec<usize>,
    ready: Arc<Ready>,
    /// Slots that were woken and wait for their turn. Swapped with the list of
    /// ready slots, so that neither is allocated anew.
    batch: Vec<usize>,
    at: usize,
    /// No timer of a slot is sooner.
    next_timer: Option<Instant>,
    /// Calls that panicked and were not counted yet.
    panics: u64,
}

/// Bytes of a slot, its call and its waker's flag apart from what they hold.
pub(super) const SLOT: usize = size_of::<Slot<()>>() + size_of::<Flag>() + 4 * size_of::<usize>();

struct Slot<F> {
    future: Pin<Box<Option<F>>>,
    stream: Option<Stream>,
    deadline: Option<Instant>,
    /// When the call must be polled, woken or not.
    timer: Option<Instant>,
    flag: Arc<Flag>,
    waker: Waker,
}

// === impl Calls ===

impl<F: Future<Output = Outcome>> Calls<F> {
    pub(super) fn new() -> Calls<F> {
        Calls {
            slots: Vec::new(),
            free: Vec::new(),
            ready: Arc::default(),
            batch: Vec::new(),
            at: 0,
            next_timer: None,
            panics: 0,
        }
    }

    /// How many calls have panicked since this was last asked.
    pub(super) fn take_panics(&mut self) -> u64 {
        std::mem::take(&mut self.panics)
    }

    /// How many calls are not ready.
    pub(super) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// A place for a call, and who wakes it. The call is put there by
    /// [`set`](Calls::set).
    pub(super) fn reserve(&mut self) -> (usize, &Waker) {
        let index = self.free.pop().unwrap_or_else(|| self.grow());
        (index, &self.slots[index].waker)
    }

    /// Puts a call into its place.
    pub(super) fn set(&mut self, index: usize, stream: Stream, deadline: Option<Instant>, call: F) {
        let slot = &mut self.slots[index];
        slot.future.as_mut().set(Some(call));
        slot.stream = Some(stream);
        slot.deadline = deadline;
        slot.timer = None;
    }

    /// The stream of a call; `None` for a place that is free.
    pub(super) fn stream(&self, index: usize) -> Option<Stream> {
        self.slots.get(index)?.stream
    }

    /// Polls a call. Ready, its place is free again.
    pub(super) fn poll(&mut self, index: usize, fired: bool) -> Poll<Outcome> {
        let outcome = match self.poll_slot(index, false, fired) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => return Poll::Pending,
        };
        self.release(index);
        Poll::Ready(outcome)
    }

    /// Tells a call that nobody waits for it, and ends it.
    pub(super) fn cancel(&mut self, index: usize) {
        // Whatever it answers, there is nobody to read it.
        let _ = self.poll_slot(index, true, false);
        self.release(index);
    }

    /// A turn of the connection begins: calls that are woken from now on are
    /// looked at before it [ends](Calls::end_turn).
    pub(super) fn begin_turn(&self, cx: &Context<'_>) {
        self.ready.begin(cx.waker());
    }

    /// The turn ends: a call that is woken from now on wakes the connection.
    /// `true` if there are some that had no turn.
    pub(super) fn end_turn(&self) -> bool {
        self.ready.end() || self.at < self.batch.len()
    }

    /// The next call that was woken.
    pub(super) fn next_woken(&mut self) -> Option<usize> {
        if self.at == self.batch.len() {
            self.batch.clear();
            self.at = 0;
            self.ready.take(&mut self.batch);
        }
        let index = *self.batch.get(self.at)?;
        self.at += 1;
        // A slot that was given up since may still be in the list.
        if let Some(slot) = self.slots.get(index) {
            slot.flag.polled();
        }
        Some(index)
    }

    /// When the next call is due at the earliest.
    pub(super) fn next_timer(&self) -> Option<Instant> {
        self.next_timer
    }

    /// The calls whose time has come, into `due`.
    pub(super) fn due(&mut self, now: Instant, due: &mut Vec<usize>) {
        if self.next_timer.is_none_or(|next| next > now) {
            return;
        }
        self.next_timer = None;
        for (index, slot) in self.slots.iter().enumerate() {
            match slot.timer {
                Some(at) if at <= now => due.push(index),
                Some(at) => sooner(&mut self.next_timer, at),
                None => {}
            }
        }
    }

    /// Gives the memory of free slots back, when there is no call.
    pub(super) fn trim(&mut self) {
        if self.len() == 0 && self.slots.len() > KEPT {
            self.slots.truncate(KEPT);
            self.slots.shrink_to_fit();
            self.free = (0..self.slots.len()).collect();
        }
    }

    /// All calls that are not ready.
    pub(super) fn all(&self) -> Vec<usize> {
        let taken = |index: &usize| self.slots[*index].stream.is_some();
        (0..self.slots.len()).filter(taken).collect()
    }

    fn grow(&mut self) -> usize {
        let index = self.slots.len();
        let flag = Flag::new(index, &self.ready);
        self.slots.push(Slot {
            future: Box::pin(None),
            stream: None,
            deadline: None,
            timer: None,
            waker: Waker::from(flag.clone()),
            flag,
        });
        index
    }

    fn release(&mut self, index: usize) {
        let slot = &mut self.slots[index];
        // What is left of a future after a panic may panic again; the place is
        // empty in any case.
        let empty = || slot.future.as_mut().set(None);
        if catch_unwind(AssertUnwindSafe(empty)).is_err() {
            tracing::error!("a call panicked while it was dropped");
        }
        slot.stream = None;
        slot.timer = None;
        self.free.push(index);
    }

    fn poll_slot(&mut self, index: usize, gone: bool, fired: bool) -> Poll<Outcome> {
        let slot = &mut self.slots[index];
        let Some(future) = slot.future.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        let mut cx = Context::from_waker(&slot.waker);
        // Written where it stays: on the way out it would be moved three times.
        let mut ended = Poll::Pending;
        let poll = || catch_unwind(AssertUnwindSafe(|| ended = future.poll(&mut cx)));
        let (polled, wake_at) = guard::enter(gone, fired, poll);
        match polled {
            Ok(()) if ended.is_ready() => return ended,
            Ok(()) => {}
            // The panic's text may hold anything, so that it stays here; the
            // panic hook has printed it.
            Err(_panic) => {
                self.panics += 1;
                return Poll::Ready(Status::internal("the handler panicked").into());
            }
        }
        let timer = match (slot.deadline, wake_at) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        if fired && timer.is_some_and(|timer| timer <= crate::clock::now()) {
            // The inside has had its turn and did not end.
            return Poll::Ready(guard::exceeded().into());
        }
        slot.timer = timer;
        if let Some(timer) = timer {
            sooner(&mut self.next_timer, timer);
        }
        Poll::Pending
    }
}

fn sooner(next: &mut Option<Instant>, at: Instant) {
    if next.is_none_or(|next| at < next) {
        *next = Some(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scaffold_http2::{Config, Connection, Field, Template, Time};
    use std::future::poll_fn;
    use std::sync::Mutex;

    /// Handles are made by connections alone.
    fn stream() -> Stream {
        let get = Template::new(&[
            Field::new(":method", "POST"),
            Field::new(":scheme", "http"),
            Field::new(":path", "/"),
        ]);
        let mut client = Connection::client(Config::default(), Time::default());
        client.session().open(&get.unwrap(), &[], true).unwrap()
    }

    #[test]
    fn a_late_waker_of_an_old_call_does_no_harm() {
        let mut calls = Calls::new();
        let kept: Arc<Mutex<Vec<Waker>>> = Arc::default();
        for _ in 0..20 {
            let kept = kept.clone();
            let mut polls = 0;
            let (index, _) = calls.reserve();
            let call = poll_fn(move |cx| {
                kept.lock().unwrap().push(cx.waker().clone());
                polls += 1;
                if polls > 1 {
                    Poll::Ready(Outcome::new(Ok(())))
                } else {
                    Poll::Pending
                }
            });
            calls.set(index, stream(), None, call);
            assert!(calls.poll(index, false).is_pending());
        }
        let wakers = std::mem::take(&mut *kept.lock().unwrap());
        wakers.iter().for_each(Waker::wake_by_ref);
        let mut polled = 0;
        while let Some(index) = calls.next_woken() {
            assert!(calls.poll(index, false).is_ready());
            polled += 1;
        }
        assert_eq!((polled, calls.len()), (20, 0));
        calls.trim();
        assert_eq!(calls.slots.len(), KEPT);
        wakers.iter().for_each(Waker::wake_by_ref);
        while let Some(index) = calls.next_woken() {
            assert_eq!(calls.stream(index), None);
        }
    }

    #[test]
    fn due_calls_are_found_once_and_the_next_one_is_known() {
        let mut calls = Calls::new();
        let now = crate::clock::now();
        let after = |secs| now + std::time::Duration::from_secs(secs);
        for secs in [3, 1, 2] {
            let (index, _) = calls.reserve();
            let call = std::future::pending::<Outcome>();
            calls.set(index, stream(), Some(after(secs)), call);
            assert!(calls.poll(index, false).is_pending());
        }
        assert_eq!(calls.next_timer(), Some(after(1)));
        let mut due = Vec::new();
        calls.due(after(1), &mut due);
        assert_eq!((&due[..], calls.next_timer()), (&[1][..], Some(after(2))));
        calls.cancel(1);
        due.clear();
        calls.due(after(2), &mut due);
        assert_eq!((&due[..], calls.next_timer()), (&[2][..], Some(after(3))));
    }

    #[test]
    fn a_panic_is_an_outcome() {
        let mut calls = Calls::new();
        let (index, _) = calls.reserve();
        calls.set(index, stream(), None, async { panic!("secret") });
        let Poll::Ready(outcome) = calls.poll(index, false) else {
            panic!("is pending");
        };
        assert_eq!(outcome.code(), crate::Code::Internal);
        assert!(!format!("{outcome:?}").contains("secret"));
        assert_eq!(calls.len(), 0);
    }
}
