//! How long to wait between two attempts to connect.
//!
//! The gRPC connection back-off: the first delay is `initial`, each next one
//! `multiplier` times longer up to `max`, each with a random part of `jitter`
//! either way. A delay is counted from the start of the attempt that failed,
//! so a slow failure is not waited for twice.

use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

/// The delays between attempts to connect.
///
/// The defaults are those of the [gRPC connection back-off][spec]: 1 s, 1.6,
/// ±20 %, 120 s.
///
/// [spec]: https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "config", serde(default, deny_unknown_fields))]
pub struct BackoffConfig {
    /// The delay after the first failure.
    #[cfg_attr(feature = "config", serde(with = "crate::config::duration"))]
    pub initial: Duration,
    /// What each delay is multiplied with to get the next; below 1 counts as 1.
    pub multiplier: f64,
    /// The random part of a delay, as a share of it, between 0 and 1.
    pub jitter: f64,
    /// The longest delay, before the random part.
    #[cfg_attr(feature = "config", serde(with = "crate::config::duration"))]
    pub max: Duration,
}

/// The sequence of delays of one channel.
#[derive(Debug)]
pub(crate) struct Backoff {
    config: BackoffConfig,
    next: Duration,
}

/// A small generator of random numbers: good enough to keep clients apart.
#[derive(Debug)]
pub(crate) struct Random(u64);

// === impl BackoffConfig ===

impl Default for BackoffConfig {
    fn default() -> Self {
        Self {
            initial: Duration::from_secs(1),
            multiplier: 1.6,
            jitter: 0.2,
            max: Duration::from_secs(120),
        }
    }
}

// === impl Backoff ===

impl Backoff {
    pub(crate) fn new(config: BackoffConfig) -> Self {
        let next = config.initial.min(config.max);
        Self { config, next }
    }

    /// The delay after one more failure; `random` is in `0.0..1.0`.
    pub(crate) fn next_delay(&mut self, random: f64) -> Duration {
        let delay = self.next;
        let multiplier = self.config.multiplier.max(1.0);
        // `mul_f64` panics on overflow and on NaN; a config must not reach a panic.
        self.next = scale(delay, multiplier).min(self.config.max);
        let jitter = self.config.jitter.clamp(0.0, 1.0);
        scale(delay, 1.0 - jitter + 2.0 * jitter * random)
    }
}

fn scale(duration: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(duration.as_secs_f64() * factor).unwrap_or(duration)
}

// === impl Random ===

impl Random {
    /// Seeded from the standard library's per-process random hash keys, which
    /// spares a dependency.
    pub(crate) fn from_process() -> Self {
        let seed = std::collections::hash_map::RandomState::new()
            .build_hasher()
            .finish();
        Self(seed)
    }

    /// The next number in `0.0..1.0` (SplitMix64).
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        (z >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::{Backoff, BackoffConfig, Random};
    use std::time::Duration;

    #[test]
    fn delays_grow_by_the_book_and_stop_at_the_cap() {
        let mut backoff = Backoff::new(BackoffConfig::default());
        // 0.5 is the middle of the jitter: no random part.
        let delays: Vec<f64> = (0..12)
            .map(|_| backoff.next_delay(0.5).as_secs_f64())
            .collect();
        let mut expected = 1.0f64;
        for delay in delays {
            assert!((delay - expected).abs() < 1e-6, "{delay} is not {expected}");
            expected = (expected * 1.6).min(120.0);
        }
    }

    #[test]
    fn jitter_is_a_fifth_either_way() {
        let low = Backoff::new(BackoffConfig::default()).next_delay(0.0);
        let high = Backoff::new(BackoffConfig::default()).next_delay(1.0);
        assert_eq!(low, Duration::from_millis(800));
        assert_eq!(high, Duration::from_millis(1200));
    }

    #[test]
    fn absurd_settings_do_not_panic() {
        for multiplier in [f64::NAN, f64::INFINITY, -1.0, 0.0] {
            for jitter in [f64::NAN, f64::INFINITY, -1.0] {
                let mut backoff = Backoff::new(BackoffConfig {
                    initial: Duration::MAX,
                    multiplier,
                    jitter,
                    max: Duration::MAX,
                });
                for _ in 0..5 {
                    let _ = backoff.next_delay(0.9);
                }
            }
        }
    }

    #[test]
    fn random_numbers_stay_in_range_and_differ() {
        let mut random = Random::from_process();
        let first = random.unit();
        assert!((0..1000).all(|_| (0.0..1.0).contains(&random.unit())));
        assert_ne!(first, random.unit());
    }
}
