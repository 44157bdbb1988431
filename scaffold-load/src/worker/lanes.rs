//! A worker's connections, and how many calls are on each.

use std::cell::Cell;
use std::rc::Rc;

use scaffold_runtime::{Channel, ConnectivityState};

/// A connection.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) channel: Channel,
    running: Cell<usize>,
    /// Calls that it takes at one time.
    limit: usize,
}

/// All connections of a worker.
#[derive(Debug)]
pub(crate) struct Lanes {
    lanes: Vec<Rc<Lane>>,
    next: Cell<usize>,
}

// === impl Lanes ===

impl Lanes {
    pub(crate) fn new(channels: Vec<Channel>, streams: Option<usize>) -> Self {
        let lane = |channel: Channel| {
            // What the server allows is known: each is connected.
            let allowed = channel.streams_left().unwrap_or(usize::MAX);
            Rc::new(Lane {
                running: Cell::new(0),
                limit: streams.unwrap_or(usize::MAX).min(allowed).max(1),
                channel,
            })
        };
        Self {
            lanes: channels.into_iter().map(lane).collect(),
            next: Cell::new(0),
        }
    }

    /// Takes a stream of the connection whose turn it is; `None` if all streams
    /// of all are taken.
    pub(crate) fn take(&self) -> Option<Rc<Lane>> {
        for _ in 0..self.lanes.len() {
            let lane = self.any();
            if lane.running.get() < lane.limit {
                lane.running.set(lane.running.get() + 1);
                return Some(Rc::clone(lane));
            }
        }
        None
    }

    /// Takes a stream of the next connection, whether it has one or not.
    pub(crate) fn push(&self) -> Rc<Lane> {
        let lane = self.any();
        lane.running.set(lane.running.get() + 1);
        Rc::clone(lane)
    }

    /// Whether none of them is connected.
    pub(crate) fn down(&self) -> bool {
        let mut states = self.lanes.iter().map(|lane| lane.channel.state());
        states.all(|state| state != ConnectivityState::Ready)
    }

    fn any(&self) -> &Rc<Lane> {
        let at = self.next.get();
        self.next.set((at + 1) % self.lanes.len());
        &self.lanes[at]
    }
}

// === impl Lane ===

impl Lane {
    /// Gives a stream back.
    pub(crate) fn free(&self) {
        self.running.set(self.running.get() - 1);
    }
}
