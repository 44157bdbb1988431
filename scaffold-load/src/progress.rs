//! What is going on, once a second, on stderr: one line that renews itself on a
//! terminal, one line after the other elsewhere.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::pace::Gauges;
use crate::plan::Fault;
use crate::record::{Interval, Second, add, histogram};
use crate::units;
use crate::worker::Shared;

/// Reads the second that passed from the workers.
pub(crate) struct Watch {
    start: Instant,
    rate: f64,
    gauges: Arc<Gauges>,
    shared: Vec<Arc<Shared>>,
    seen: Second,
    last: Instant,
}

/// The thread that prints.
pub(crate) struct Progress {
    done: Arc<AtomicBool>,
    handle: thread::JoinHandle<()>,
    seconds: Arc<Mutex<Vec<Second>>>,
}

// === impl Watch ===

impl Watch {
    pub(crate) fn new(
        start: Instant,
        rate: f64,
        gauges: Arc<Gauges>,
        shared: Vec<Arc<Shared>>,
    ) -> Self {
        Self {
            start,
            rate,
            gauges,
            shared,
            seen: Second::default(),
            last: start,
        }
    }

    /// What happened since it was asked last.
    fn read(&mut self) -> Second {
        let mut response = histogram();
        let mut failed = 0;
        for shared in &self.shared {
            let interval = std::mem::replace(&mut shared.recorder().interval, Interval::new());
            add(&mut response, &interval.response);
            failed += interval.failed;
        }
        let now = Instant::now();
        let offered = self.gauges.offered.load(Ordering::Relaxed);
        let dropped = self.gauges.dropped.load(Ordering::Relaxed);
        let second = Second {
            at: now.saturating_duration_since(self.start),
            length: now.saturating_duration_since(self.last),
            offered: offered - self.seen.offered,
            completed: response.len(),
            failed,
            dropped: dropped - self.seen.dropped,
            in_flight: self.gauges.in_flight.load(Ordering::Relaxed) as u64,
            p50: response.value_at_quantile(0.5),
            p99: response.value_at_quantile(0.99),
            max: response.max(),
        };
        self.last = now;
        self.seen.offered = offered;
        self.seen.dropped = dropped;
        second
    }

    fn line(&self, second: &Second) -> String {
        let length = second.length.as_secs_f64().max(1e-3);
        let mut line = format!(
            "{:>4.0}s  {} of {}  p50 {}  p99 {}  max {}  {} in flight",
            second.at.as_secs_f64(),
            units::rate(second.completed as f64 / length),
            units::rate(self.rate),
            units::latency(second.p50),
            units::latency(second.p99),
            units::latency(second.max),
            second.in_flight,
        );
        for (count, what) in [(second.failed, "failed"), (second.dropped, "dropped")] {
            if count > 0 {
                line.push_str(&format!("  {count} {what}"));
            }
        }
        line
    }
}

// === impl Progress ===

impl Progress {
    pub(crate) fn start(mut watch: Watch) -> Result<Self, Fault> {
        let done = Arc::new(AtomicBool::new(false));
        let seconds = Arc::new(Mutex::new(Vec::new()));
        let (flag, sink) = (Arc::clone(&done), Arc::clone(&seconds));
        let handle = thread::Builder::new()
            .name("load-progress".to_owned())
            .spawn(move || {
                let terminal = std::io::stderr().is_terminal();
                let mut next = watch.start + Duration::from_secs(1);
                loop {
                    let finished = wait(next, &flag);
                    let second = watch.read();
                    let worth = second.length > Duration::from_millis(100);
                    if worth || second.completed > 0 {
                        show(terminal, &watch.line(&second));
                        sink.lock()
                            .unwrap_or_else(PoisonError::into_inner)
                            .push(second);
                    }
                    if finished {
                        break;
                    }
                    next += Duration::from_secs(1);
                }
                if terminal {
                    eprintln!();
                }
            })
            .map_err(|error| Fault::internal(format!("no thread: {error}")))?;
        Ok(Self {
            done,
            handle,
            seconds,
        })
    }

    /// Ends the line and hands out the seconds.
    pub(crate) fn stop(self) -> Vec<Second> {
        self.done.store(true, Ordering::Relaxed);
        let _ = self.handle.join();
        std::mem::take(&mut self.seconds.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Waits until `at`; true when the run was over before.
fn wait(at: Instant, done: &AtomicBool) -> bool {
    loop {
        if done.load(Ordering::Relaxed) {
            return true;
        }
        let left = at.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        thread::sleep(left.min(Duration::from_millis(20)));
    }
}

fn show(terminal: bool, line: &str) {
    let mut stderr = std::io::stderr().lock();
    // Progress that cannot be shown is no reason to end a run.
    let _ = if terminal {
        write!(stderr, "\r\x1b[2K{line}").and_then(|()| stderr.flush())
    } else {
        writeln!(stderr, "{line}")
    };
}
