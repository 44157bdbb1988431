//! `LinkConfig`: what a direction between two hosts is like.

use std::time::Duration;

use tokio::time::Instant;

/// What one direction between two hosts is like. Timers have a grain of one
/// millisecond.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkConfig {
    /// How long bytes are on their way. Default 1 ms.
    pub delay: Duration,
    /// By how much more, at random, each piece is late. Pieces of one connection
    /// stay in order; those of two connections may pass each other. Default 0.
    pub jitter: Duration,
    /// Bytes in a second, for each connection. Default 125 000 000, which is a
    /// gigabit.
    pub bandwidth: u64,
    /// Bytes that are on their way at once, for each connection; more waits at
    /// the sender. Default 256 KiB.
    pub buffer: usize,
}

/// A small generator of random numbers (splitmix64): the same ones for a seed,
/// on each machine.
#[derive(Debug)]
pub(super) struct Random(u64);

// === impl LinkConfig ===

impl LinkConfig {
    /// Bytes that are late by this much, and otherwise the defaults.
    pub fn with_delay(delay: Duration) -> LinkConfig {
        LinkConfig {
            delay,
            ..LinkConfig::default()
        }
    }

    /// When a piece arrives that is sent now, behind one that leaves the link at
    /// `free`; and when the link is free for the next.
    pub(super) fn schedule(
        &self,
        now: Instant,
        free: Instant,
        bytes: usize,
        random: &mut Random,
    ) -> (Instant, Instant) {
        let nanos = bytes as u128 * 1_000_000_000 / u128::from(self.bandwidth.max(1));
        let takes = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        let free = now.max(free) + takes.min(Duration::from_secs(3600));
        (free + self.delay + random.below(self.jitter), free)
    }
}

impl Default for LinkConfig {
    fn default() -> LinkConfig {
        LinkConfig {
            delay: Duration::from_millis(1),
            jitter: Duration::ZERO,
            bandwidth: 125_000_000,
            buffer: 256 << 10,
        }
    }
}

// === impl Random ===

impl Random {
    pub(super) fn new(seed: u64, stream: u64) -> Random {
        let mut random = Random(seed ^ stream.wrapping_mul(0xd6e8_feb8_6659_fd93));
        // Neighbours must not begin alike.
        random.next();
        random
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, limit: Duration) -> Duration {
        let nanos = u64::try_from(limit.as_nanos()).unwrap_or(u64::MAX);
        Duration::from_nanos(self.next() % nanos.saturating_add(1).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bandwidth_keeps_pieces_apart() {
        let link = LinkConfig {
            delay: Duration::from_millis(10),
            bandwidth: 1000,
            ..LinkConfig::default()
        };
        let (start, mut random) = (Instant::now(), Random::new(1, 1));
        let (first, free) = link.schedule(start, start, 500, &mut random);
        assert_eq!(first - start, Duration::from_millis(510));
        let (second, _) = link.schedule(start, free, 500, &mut random);
        assert_eq!(second - start, Duration::from_millis(1010));
    }

    #[test]
    fn a_seed_gives_its_numbers() {
        let numbers = |seed, stream| {
            let mut random = Random::new(seed, stream);
            [random.next(), random.next(), random.next()]
        };
        assert_eq!(numbers(1, 2), numbers(1, 2));
        assert_ne!(numbers(1, 2), numbers(1, 3));
        assert_ne!(numbers(1, 2), numbers(2, 2));
    }
}
