//! Waiting until a moment, as exactly as the system allows.

use std::time::{Duration, Instant};

use crate::plan::Spin;

/// Longest stretch without sleep.
const MAX_SPIN: Duration = Duration::from_micros(100);

/// Shortest sleep where calls come faster than it is worth to wait for each: all
/// that are due by its end go together.
const TICK: Duration = Duration::from_micros(50);

/// Spinning may take one part in so many of a core.
const SHARE: u32 = 4;

/// Longest sleep: whether the run goes on is looked at in between.
const LOOK: Duration = Duration::from_millis(20);

/// Waits.
#[derive(Debug)]
pub(super) struct Waiter {
    /// The last stretch before a moment, for which it does not sleep.
    spin: Duration,
    /// Whether `spin` was asked for.
    fixed: bool,
    /// The mean time between calls, lately.
    gap: Duration,
    last: Instant,
}

// === impl Waiter ===

impl Waiter {
    pub(super) fn new(spin: Spin) -> Self {
        exact_timers();
        let (spin, fixed) = match spin {
            Spin::Nanos(nanos) => (Duration::from_nanos(nanos), true),
            Spin::Auto => (calibrate(), false),
        };
        Self {
            spin,
            fixed,
            gap: Duration::from_secs(1),
            last: Instant::now(),
        }
    }

    /// The next call is due at `at`: takes note of the pace.
    #[inline]
    pub(super) fn note(&mut self, at: Instant) {
        let gap = at
            .saturating_duration_since(self.last)
            .min(Duration::from_secs(1));
        self.last = at;
        // An average over some sixteen calls.
        self.gap = self.gap - self.gap / 16 + gap / 16;
    }

    /// Sleeps and spins until `at`, or a part of it; the time it is then.
    pub(super) fn wait(&self, at: Instant) -> Instant {
        let now = Instant::now();
        let Some(left) = at.checked_duration_since(now) else {
            return now;
        };
        let spins = self.fixed || self.gap > self.spin * SHARE;
        if !spins {
            std::thread::sleep(left.clamp(TICK, LOOK));
            return Instant::now();
        }
        if left > LOOK + self.spin {
            std::thread::sleep(LOOK);
            return Instant::now();
        }
        if left > self.spin {
            std::thread::sleep(left - self.spin);
        }
        loop {
            let now = Instant::now();
            if now >= at {
                return now;
            }
            std::hint::spin_loop();
        }
    }
}

/// Asks the system for timers that end when they are told to; by default Linux
/// puts the ends of sleeps together that are within 50 µs. Elsewhere, and where
/// that is not allowed, spinning has to make up for it.
fn exact_timers() {
    if let Ok(thread) = std::fs::read_link("/proc/thread-self")
        && let Some(id) = thread.file_name()
    {
        let path = std::path::Path::new("/proc").join(id).join("timerslack_ns");
        let _ = std::fs::write(path, "1");
    }
}

/// How much longer sleeps take than they are told to, nine times in ten.
fn calibrate() -> Duration {
    const SLEEPS: usize = 50;
    const SLEEP: Duration = Duration::from_micros(100);
    let mut over: Vec<Duration> = (0..SLEEPS)
        .map(|_| {
            let begun = Instant::now();
            std::thread::sleep(SLEEP);
            begun.elapsed().saturating_sub(SLEEP)
        })
        .collect();
    over.sort();
    over[SLEEPS * 9 / 10].min(MAX_SPIN)
}
