//! When something is due on a connection, apart from what HTTP/2 keeps itself:
//! its idleness and its age.

use std::time::{Duration, Instant};

use super::ServerConfig;

/// When something is due on a connection.
pub(super) struct Clock {
    idle_since: Option<Instant>,
    /// Calls so far, when it was last seen.
    calls: u64,
    idle: Duration,
    drain_at: Instant,
    grace: Duration,
    /// When calls of a connection that takes no more must have ended.
    close_at: Option<Instant>,
}

/// What a connection's clock says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tick {
    Nothing,
    /// It had no call for long: take no new ones.
    Idle,
    /// It is old: take no new calls.
    Age,
    /// Close.
    Close,
}

// === impl Clock ===

impl Clock {
    pub(super) fn new(config: &ServerConfig, now: Instant) -> Clock {
        let spread = config.max_connection_age_jitter.clamp(0.0, 1.0);
        let age = config.max_connection_age.mul_f64(1.0 + spread * random());
        Clock {
            idle_since: Some(now),
            calls: 0,
            idle: config.max_connection_idle,
            drain_at: after(now, age),
            grace: config.max_connection_age_grace,
            close_at: None,
        }
    }

    /// Takes note of whether there is a call, and of how many there have been:
    /// most come and go between two looks.
    pub(super) fn set_idle(&mut self, idle: bool, calls: u64, now: Instant) {
        let came = calls != std::mem::replace(&mut self.calls, calls);
        self.idle_since = match self.idle_since {
            _ if !idle => None,
            Some(since) if !came => Some(since),
            _ => Some(now),
        };
    }

    /// When to look at the clock again.
    pub(super) fn next(&self) -> Instant {
        match (self.close_at, self.idle_since) {
            // After a GOAWAY, idleness ends the connection by itself.
            (Some(close_at), _) => close_at,
            (None, Some(since)) => self.drain_at.min(after(since, self.idle)),
            (None, None) => self.drain_at,
        }
    }

    pub(super) fn tick(&mut self, now: Instant) -> Tick {
        if self.next() > now {
            return Tick::Nothing;
        }
        if self.close_at.is_some() {
            return Tick::Close;
        }
        self.close_at = Some(after(now, self.grace));
        if self.drain_at <= now {
            Tick::Age
        } else {
            Tick::Idle
        }
    }
}

/// A time from now; never one that does not exist.
fn after(start: Instant, duration: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 3600);
    start + duration.min(FAR)
}

/// Between -1 and 1; good enough to spread connections in time.
fn random() -> f64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let bits = RandomState::new().build_hasher().finish();
    (bits >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idle_and_age_drain_and_then_close() {
        let config = ServerConfig {
            max_connection_idle: Duration::from_secs(5),
            max_connection_age: Duration::from_secs(100),
            max_connection_age_jitter: 0.0,
            max_connection_age_grace: Duration::from_secs(1),
            ..Default::default()
        };
        let start = Instant::now();
        let at = |secs| start + Duration::from_secs(secs);
        let mut clock = Clock::new(&config, start);
        assert_eq!((clock.next(), clock.tick(at(4))), (at(5), Tick::Nothing));
        clock.set_idle(true, 1, at(3));
        assert_eq!((clock.next(), clock.tick(at(5))), (at(8), Tick::Nothing));
        clock.set_idle(false, 2, at(7));
        assert_eq!((clock.next(), clock.tick(at(50))), (at(100), Tick::Nothing));
        clock.set_idle(true, 2, at(50));
        assert_eq!((clock.next(), clock.tick(at(55))), (at(55), Tick::Idle));
        assert_eq!((clock.next(), clock.tick(at(56))), (at(56), Tick::Close));
        let mut clock = Clock::new(&config, start);
        clock.set_idle(false, 1, start);
        assert_eq!(clock.tick(at(100)), Tick::Age);
    }
}
