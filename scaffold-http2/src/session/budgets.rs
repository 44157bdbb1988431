//! One token bucket per sort of cheap frame.

use crate::budget::Budget;
use crate::{Limits, Time};

#[derive(Debug)]
pub(crate) struct Budgets {
    pub(crate) resets: Budget,
    pub(crate) internal_resets: Budget,
    pub(crate) refused: Budget,
    pub(crate) pings: Budget,
    pub(crate) settings: Budget,
    pub(crate) tiny_data: Budget,
    pub(crate) window_updates: Budget,
    pub(crate) priorities: Budget,
    pub(crate) unknown: Budget,
    pub(crate) stale: Budget,
    pub(crate) interims: Budget,
}

impl Budgets {
    pub(crate) fn new(limits: &Limits, now: Time) -> Self {
        let budget = |rate| Budget::new(rate, now);
        Self {
            resets: budget(limits.resets),
            internal_resets: budget(limits.internal_resets),
            refused: budget(limits.refused),
            pings: budget(limits.pings),
            settings: budget(limits.settings),
            tiny_data: budget(limits.tiny_data),
            window_updates: budget(limits.window_updates),
            priorities: budget(limits.priorities),
            unknown: budget(limits.unknown),
            stale: budget(limits.stale),
            interims: budget(limits.interims),
        }
    }

    /// A stream ended as it should: that is worth the frames around it.
    #[inline]
    pub(crate) fn stream_completed(&mut self) {
        self.resets.give(1);
        self.pings.give(1);
        self.window_updates.give(4);
        self.priorities.give(2);
        self.unknown.give(2);
        self.interims.give(1);
    }
}
