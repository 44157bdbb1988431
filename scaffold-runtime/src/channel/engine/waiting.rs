//! Calls that wait for a stream, first come, first served.

use std::collections::VecDeque;
use std::task::Waker;

struct Waiter {
    ticket: u64,
    /// `None` once it was woken for its turn.
    waker: Option<Waker>,
}

/// The queue. Whoever stands at a place below the number of streams that are
/// left may open one.
#[derive(Default)]
pub(super) struct Waiting {
    queue: VecDeque<Waiter>,
    next: u64,
}

// === impl Waiting ===

impl Waiting {
    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Joins at the end.
    pub(super) fn join(&mut self, waker: Waker) -> u64 {
        let ticket = self.next;
        self.next += 1;
        self.queue.push_back(Waiter {
            ticket,
            waker: Some(waker),
        });
        ticket
    }

    /// The place of a ticket: how many stand in front of it.
    pub(super) fn place(&self, ticket: u64) -> Option<usize> {
        self.queue
            .binary_search_by_key(&ticket, |waiter| waiter.ticket)
            .ok()
    }

    /// Waits on; a waker that gives way is returned.
    pub(super) fn stay(&mut self, place: usize, waker: &Waker) -> Option<Waker> {
        let waiter = self.queue.get_mut(place)?;
        match &waiter.waker {
            Some(old) if old.will_wake(waker) => None,
            _ => waiter.waker.replace(waker.clone()),
        }
    }

    /// Leaves the queue, served or not.
    pub(super) fn leave(&mut self, ticket: u64) -> Option<Waker> {
        let place = self.place(ticket)?;
        self.queue.remove(place)?.waker
    }

    /// Moves the wakers of the first `count` to `wakes`.
    pub(super) fn call(&mut self, count: usize, wakes: &mut Vec<Waker>) {
        let called = self.queue.iter_mut().take(count);
        wakes.extend(called.filter_map(|waiter| waiter.waker.take()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_is_called_and_gaps_close() {
        let mut waiting = Waiting::default();
        let tickets: Vec<_> = (0..4)
            .map(|_| waiting.join(Waker::noop().clone()))
            .collect();
        let mut wakes = Vec::new();
        waiting.call(2, &mut wakes);
        assert_eq!(wakes.len(), 2);
        waiting.call(2, &mut wakes);
        assert_eq!(wakes.len(), 2, "nobody is called twice");
        // One of those called gives up: its place goes to the next.
        assert!(waiting.leave(tickets[0]).is_none());
        assert_eq!(waiting.place(tickets[2]), Some(1));
        waiting.call(2, &mut wakes);
        assert_eq!(wakes.len(), 3);
        assert!(waiting.leave(tickets[3]).is_some());
        assert!(waiting.leave(tickets[3]).is_none());
        assert_eq!(waiting.len(), 2);
    }
}
