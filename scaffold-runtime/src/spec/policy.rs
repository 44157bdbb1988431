//! Policy of a method, as the annotations of the `.proto` write it.

use crate::Code;

/// Which calls go first when there are too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// Dropped first.
    Sheddable,
    /// The default.
    Normal,
    /// Dropped after the normal ones.
    High,
    /// Dropped last.
    Critical,
}

/// When a client tries again after a failure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetryPolicy {
    /// The most attempts, the first one counted.
    pub max_attempts: u32,
    /// The wait before the second attempt, in nanoseconds.
    pub initial_backoff_nanos: u64,
    /// The longest wait, in nanoseconds.
    pub max_backoff_nanos: u64,
    /// What each wait is longer by.
    pub backoff_multiplier: f64,
    /// The codes that are tried again.
    pub retryable_codes: &'static [Code],
}

/// When a client sends another attempt without waiting for the first to fail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HedgePolicy {
    /// The most attempts, the first one counted.
    pub max_attempts: u32,
    /// The wait between attempts, in nanoseconds.
    pub delay_nanos: u64,
    /// The codes of an attempt that do not end the call.
    pub non_fatal_codes: &'static [Code],
}

/// How many calls a second a server takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateLimit {
    /// Calls a second, over time.
    pub per_second: f64,
    /// Calls at once, after a pause.
    pub burst: u32,
}

/// What the service promises about a method.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slo {
    /// The share of calls that succeed, for example 0.999.
    pub availability: Option<f64>,
    /// The longest time of the quantile, in nanoseconds.
    pub latency_nanos: Option<u64>,
    /// Which quantile, for example 0.99.
    pub latency_quantile: f64,
}
