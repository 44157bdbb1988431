//! One connection of a simulated network: two lanes, and what befalls them.

use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

use super::lane::Lane;
use super::link::Random;
use super::network::Shared;
use super::{LinkConfig, SimEventKind};
use crate::net::MemoryStream;

/// What befell a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Open,
    /// To be reset.
    Reset,
    /// To be ended in both directions, as by a middlebox that closes.
    HungUp,
    /// Delivers nothing, for ever.
    BlackHole,
}

/// What the network knows of a connection.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) fate: Fate,
    pub(super) waker: Option<Waker>,
}

/// The task between the two ends.
pub(super) struct Wire {
    id: u64,
    shared: Shared,
    near: MemoryStream,
    far: MemoryStream,
    there: Lane,
    back: Lane,
}

// === impl Wire ===

impl Wire {
    /// `near` leads to the one who dialed, `far` to the one who listens.
    pub(super) fn new(
        id: u64,
        shared: Shared,
        (near, far): (MemoryStream, MemoryStream),
        (there, back): (LinkConfig, LinkConfig),
        seed: u64,
    ) -> Wire {
        Wire {
            id,
            shared,
            near,
            far,
            there: Lane::new(false, there, Random::new(seed, id * 2)),
            back: Lane::new(true, back, Random::new(seed, id * 2 + 1)),
        }
    }

    /// Carries bytes until the connection is over.
    pub(super) async fn run(mut self) {
        poll_fn(|cx| self.poll(cx)).await;
        self.shared.lock().forget(self.id);
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let (fate, blocked) = self.shared.lock().look(self.id, cx.waker());
        match fate {
            Fate::Open => {}
            Fate::Reset => {
                self.near.reset();
                self.far.reset();
                return Poll::Ready(());
            }
            // Dropped, both ends see the end.
            Fate::HungUp => return Poll::Ready(()),
            Fate::BlackHole => {
                self.there.take(&mut self.near, cx);
                self.back.take(&mut self.far, cx);
                let forgotten = self.there.is_ended() && self.back.is_ended();
                return if forgotten {
                    Poll::Ready(())
                } else {
                    Poll::Pending
                };
            }
        }
        let (id, shared) = (self.id, &self.shared);
        let tell = |kind: SimEventKind| shared.lock().tell(id, kind);
        self.there.take(&mut self.near, cx);
        self.back.take(&mut self.far, cx);
        if blocked {
            return Poll::Pending;
        }
        // Who writes to one that is gone is told so by a RST.
        if self.there.give(&mut self.far, cx, tell).is_err() {
            self.near.reset();
        }
        if self.back.give(&mut self.near, cx, tell).is_err() {
            self.far.reset();
        }
        // What was given made room.
        self.there.take(&mut self.near, cx);
        self.back.take(&mut self.far, cx);
        if self.there.is_over() && self.back.is_over() {
            return Poll::Ready(());
        }
        Poll::Pending
    }
}
