//! Times as histograms hold them.

use std::time::{Duration, Instant};

/// Nanoseconds from one moment to another; 0 if it was before.
#[inline]
pub(crate) fn nanos(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.saturating_duration_since(from).as_nanos()).unwrap_or(u64::MAX)
}

/// CPU time of this thread so far, where the system tells it.
pub(crate) fn thread_cpu() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

/// `Instant` of a moment on the calendar; `None` if it is past.
pub(crate) fn at_unix(seconds: f64) -> Option<Instant> {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    let until = Duration::try_from_secs_f64(seconds).ok()?;
    Instant::now().checked_add(until.checked_sub(now)?)
}
