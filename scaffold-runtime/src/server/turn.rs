//! How long a connection may work before others have their turn.

use std::time::{Duration, Instant};

/// Long enough for some hundred short calls, short enough that nobody notices.
const LENGTH: Duration = Duration::from_micros(500);

/// Polls between two looks at the clock, which costs as much as a short poll.
const LOOK_EVERY: u32 = 8;

/// A turn under way.
pub(super) struct Turn {
    until: Instant,
    polls: u32,
    over: bool,
}

// === impl Turn ===

impl Turn {
    pub(super) fn begin(now: Instant) -> Turn {
        Turn {
            until: now + LENGTH,
            polls: 0,
            over: false,
        }
    }

    /// A call is polled.
    pub(super) fn polls(&mut self) {
        self.polls += 1;
    }

    /// Whether the time is over. What is under way ends; nothing else begins.
    pub(super) fn is_over(&mut self) -> bool {
        if !self.over && self.polls >= LOOK_EVERY {
            self.polls = 0;
            self.over = crate::clock::now() >= self.until;
        }
        self.over
    }
}
