//! What time it is.
//!
//! Deadlines are `std::time::Instant`s, timers are tokio's. Read from one clock,
//! they agree also where a test has paused the time.

use std::time::Instant;

/// Now, by the clock that timers run by.
pub(crate) fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}
