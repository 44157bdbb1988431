//! Token buckets against floods.

use crate::Time;

/// How many cheap frames of one sort a peer may send: `burst` at once, and
/// `per_second` in the long run. Useful work of the peer gives some back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Tokens at the start, and the most there ever are.
    pub burst: u32,
    /// Tokens that come back each second.
    pub per_second: u32,
}

/// The state of one [`Rate`].
///
/// Time is looked at only when the tokens are gone, so that the common case
/// is one subtraction.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    rate: Rate,
    left: u32,
    since: Time,
}

impl Budget {
    pub(crate) fn new(rate: Rate, now: Time) -> Self {
        Self {
            rate,
            left: rate.burst,
            since: now,
        }
    }

    /// Takes `cost` tokens; `false` when they are not there.
    #[inline]
    pub(crate) fn take(&mut self, cost: u32, now: Time) -> bool {
        if self.left < cost {
            self.refill(now);
            if self.left < cost {
                return false;
            }
        }
        self.left -= cost;
        true
    }

    /// Gives tokens back for useful work.
    #[inline]
    pub(crate) fn give(&mut self, tokens: u32) {
        self.left = self.left.saturating_add(tokens).min(self.rate.burst);
    }

    #[cold]
    fn refill(&mut self, now: Time) {
        let micros = now.micros_since(self.since);
        let tokens = micros.saturating_mul(u64::from(self.rate.per_second)) / 1_000_000;
        if tokens > 0 {
            // Only the time that made whole tokens is used up.
            let spent = tokens.saturating_mul(1_000_000) / u64::from(self.rate.per_second);
            self.since = Time::from_micros(self.since.as_micros().saturating_add(spent));
            self.give(u32::try_from(tokens).unwrap_or(u32::MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const RATE: Rate = Rate {
        burst: 3,
        per_second: 2,
    };

    #[test]
    fn burst_then_rate() {
        let start = Time::default();
        let mut budget = Budget::new(RATE, start);
        assert!((0..3).all(|_| budget.take(1, start)));
        assert!(!budget.take(1, start));
        let later = start.after(Duration::from_millis(600));
        assert!(budget.take(1, later));
        assert!(!budget.take(1, later));
    }

    #[test]
    fn never_more_than_the_burst() {
        let mut budget = Budget::new(RATE, Time::default());
        budget.give(1_000);
        let late = Time::default().after(Duration::from_secs(1_000_000));
        assert_eq!((0..10).filter(|_| budget.take(1, late)).count(), 6);
    }
}
