//! When each call is due: a thread of its own that hands out calls at
//! `t0 + i / rate` and never skips one.
//!
//! A timer of the async runtime ticks in milliseconds and waits for a busy
//! thread; both would turn up as latency of the server or, worse, as load that
//! was never sent.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use crate::mix::Dealer;

/// A call to make.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Due {
    /// When it was to be sent: latency counts from here.
    pub(crate) at: Instant,
    pub(crate) method: usize,
    pub(crate) index: u64,
}

/// What the pacer, the workers and the progress line share.
#[derive(Debug, Default)]
pub(crate) struct Gauges {
    /// Calls that came due.
    pub(crate) offered: AtomicU64,
    /// Calls that came due while too many were running.
    pub(crate) dropped: AtomicU64,
    /// Calls running or handed out.
    pub(crate) in_flight: AtomicUsize,
    /// Set by Ctrl-C.
    pub(crate) stop: AtomicBool,
}

/// Hands out calls until `duration` is over or the run is stopped, and closes
/// the queues. Returns when the last call was due.
pub(crate) fn pace(
    start: Instant,
    rate: f64,
    duration: Duration,
    cap: usize,
    mut dealer: Dealer,
    queues: Vec<UnboundedSender<Due>>,
    gauges: &Gauges,
) -> Instant {
    let total = (rate * duration.as_secs_f64()).round().max(1.0) as u64;
    for index in 0..total {
        let at = start + Duration::from_secs_f64(index as f64 / rate);
        if !wait_until(at, &gauges.stop) {
            return Instant::now();
        }
        gauges.offered.fetch_add(1, Ordering::Relaxed);
        let method = dealer.deal();
        if gauges.in_flight.load(Ordering::Relaxed) >= cap {
            gauges.dropped.fetch_add(1, Ordering::Relaxed);
            continue;
        }
        gauges.in_flight.fetch_add(1, Ordering::Relaxed);
        let queue = &queues[index as usize % queues.len()];
        if queue.send(Due { at, method, index }).is_err() {
            // The worker is gone, and its calls with it.
            gauges.dropped.fetch_add(1, Ordering::Relaxed);
            gauges.in_flight.fetch_sub(1, Ordering::Relaxed);
        }
    }
    let end = start + duration;
    if wait_until(end, &gauges.stop) {
        end
    } else {
        Instant::now()
    }
}

/// Sleeps until `at`, in pieces short enough to hear a stop; false when stopped.
fn wait_until(at: Instant, stop: &AtomicBool) -> bool {
    const PIECE: Duration = Duration::from_millis(100);
    loop {
        if stop.load(Ordering::Relaxed) {
            return false;
        }
        let left = at.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        std::thread::sleep(left.min(PIECE));
    }
}
