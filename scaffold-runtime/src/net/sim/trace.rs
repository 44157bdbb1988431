//! What happened on a simulated network, in order.

use std::collections::VecDeque;
use std::time::Duration;

/// Events that are kept; older ones are in the fingerprint only.
const MAX_EVENTS: usize = 1 << 14;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SimEvent {
    /// When, since the network was made.
    pub at: Duration,
    /// Which connection, by the order in which they were made, from 0.
    pub connection: u64,
    /// What.
    pub kind: SimEventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SimEventKind {
    /// A connection from a host to another.
    Connected {
        /// Who dialed.
        from: String,
        /// Who listens.
        to: String,
    },
    /// Bytes arrived at the host that listens, or, if `back`, at the one that
    /// dialed.
    Delivered {
        /// The direction.
        back: bool,
        /// How many.
        bytes: usize,
    },
    /// The end of a direction arrived.
    Ended {
        /// The direction.
        back: bool,
    },
    /// The connection was reset.
    Reset,
    /// From here on the connection delivers nothing.
    BlackHole,
    /// Both ends are gone.
    Closed,
}

#[derive(Debug)]
pub(super) struct Trace {
    events: VecDeque<SimEvent>,
    /// FNV-1a over all events.
    fingerprint: u64,
}

// === impl Trace ===

impl Trace {
    pub(super) fn add(&mut self, event: SimEvent) {
        for byte in format!("{event:?}").bytes() {
            self.fingerprint = (self.fingerprint ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
        }
        if self.events.len() == MAX_EVENTS {
            self.events.pop_front();
        }
        self.events.push_back(event);
    }

    pub(super) fn events(&self) -> Vec<SimEvent> {
        self.events.iter().cloned().collect()
    }

    pub(super) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}

impl Default for Trace {
    fn default() -> Trace {
        Trace {
            events: VecDeque::new(),
            fingerprint: 0xcbf2_9ce4_8422_2325,
        }
    }
}
