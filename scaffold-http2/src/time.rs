//! Time as the driver tells it.

use std::time::{Duration, Instant};

/// A point in time, in microseconds since any moment that stays the same for
/// the life of a connection. This crate reads no clock: tests and simulated
/// networks pass what they like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

impl Time {
    /// From microseconds.
    #[must_use]
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros)
    }

    /// From the distance between two instants; `start` is the same at each
    /// call for one connection.
    #[must_use]
    pub fn since(start: Instant, now: Instant) -> Self {
        let elapsed = now.saturating_duration_since(start);
        Self(u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX))
    }

    /// Microseconds.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// This much later. Saturates instead of wrapping.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(micros))
    }

    /// Microseconds from `earlier` to this; zero when `earlier` is later.
    #[must_use]
    pub const fn micros_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_goes_below_zero() {
        let later = Time::from_micros(5).after(Duration::from_millis(1));
        assert_eq!(later.as_micros(), 1_005);
        assert_eq!(Time::from_micros(5).micros_since(later), 0);
    }
}
