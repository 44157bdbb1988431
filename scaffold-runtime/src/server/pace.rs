//! Peers that read, and too slowly.
//!
//! To take nothing is a stall, which HTTP/2's own limits end. A peer that takes
//! a byte now and then is bounded here: over a period in which output waits all
//! the time for the transport to take it, so much must have been taken.
//!
//! Only bytes that flow control has let through are waited for, so that a peer
//! whose application opens no window owes nothing, for as long as it likes.

use std::time::{Duration, Instant};

use super::ServerConfig;

/// How fast a peer takes what waits for it.
pub(super) struct Pace {
    /// Bytes of a period.
    least: u64,
    period: Duration,
    /// The period that runs; there is one while output waits.
    since: Option<Instant>,
    taken: u64,
}

// === impl Pace ===

impl Pace {
    pub(super) fn new(config: &ServerConfig) -> Pace {
        let period = config.min_write_rate_period.max(Duration::from_millis(1));
        let least = f64::from(config.min_write_rate) * period.as_secs_f64();
        Pace {
            least: least as u64,
            period,
            since: None,
            taken: 0,
        }
    }

    /// The transport took `count` bytes, and takes no more now.
    pub(super) fn waits(&mut self, count: u64, now: Instant) {
        match self.since {
            Some(_) => self.taken += count,
            None => {
                self.since = Some(now);
                self.taken = 0;
            }
        }
    }

    /// All output was taken.
    pub(super) fn idles(&mut self) {
        self.since = None;
    }

    /// When to look again.
    pub(super) fn next(&self) -> Option<Instant> {
        self.since.map(|since| since + self.period)
    }

    /// Whether a period is over in which too little was taken; if enough was,
    /// another begins.
    pub(super) fn is_too_slow(&mut self, now: Instant) -> bool {
        if self.next().is_none_or(|end| end > now) {
            return false;
        }
        if self.taken < self.least {
            return true;
        }
        self.since = Some(now);
        self.taken = 0;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_takes_enough_goes_on_and_who_does_not_is_too_slow() {
        let config = ServerConfig {
            min_write_rate: 100,
            min_write_rate_period: Duration::from_secs(10),
            ..Default::default()
        };
        let start = Instant::now();
        let at = |secs| start + Duration::from_secs(secs);
        let mut pace = Pace::new(&config);
        assert_eq!((pace.next(), pace.is_too_slow(at(100))), (None, false));
        // What is taken before anything waits is no part of it.
        pace.waits(1 << 20, at(0));
        assert_eq!(pace.next(), Some(at(10)));
        pace.waits(999, at(9));
        assert!(!pace.is_too_slow(at(9)));
        pace.waits(1, at(9));
        assert!(!pace.is_too_slow(at(10)));
        // The next period, in which it takes less.
        pace.waits(999, at(15));
        assert_eq!(pace.next(), Some(at(20)));
        assert!(pace.is_too_slow(at(20)));
        // Who has taken all owes nothing, however long it took.
        let mut pace = Pace::new(&config);
        pace.waits(0, at(0));
        pace.waits(1, at(9));
        pace.idles();
        assert_eq!((pace.next(), pace.is_too_slow(at(30))), (None, false));
    }
}
