//! What a run is to do, and the reasons why it cannot.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::mix::Mix;

/// What a run is to do. Every field has a value that measures honestly.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Where the server is.
    pub target: String,
    /// Calls per second, over all workers, connections and methods.
    pub rate: f64,
    /// How long calls are sent.
    pub duration: Duration,
    /// Shares of the methods.
    pub mix: Mix,
    /// Connections, over all workers.
    pub connections: usize,
    /// Threads that make calls; each has connections of its own.
    pub workers: usize,
    /// Calls running at one time. A call that is due above it is dropped and
    /// counted; `None` is two seconds' worth of the rate, at least 1024.
    pub max_in_flight: Option<usize>,
    /// How long calls that run at the end are waited for.
    pub drain: Duration,
    /// The share of calls that may fail, for methods whose `.proto` sets no
    /// availability.
    pub max_errors: f64,
    /// Where the reports go; none are written without it.
    pub out: Option<PathBuf>,
    /// Whether `target` may be another machine.
    pub allow_remote: bool,
}

/// Why a run cannot be, or why it ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    message: String,
    exit: crate::Exit,
}

// === impl Plan ===

impl Default for Plan {
    fn default() -> Self {
        // The server under test shares the machine by default: half the cores
        // are the most that the generator can take without measuring itself.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers = (cores / 2).clamp(1, 4);
        Self {
            target: "127.0.0.1:50051".to_owned(),
            rate: 50.0,
            duration: Duration::from_secs(10),
            mix: Mix::default(),
            connections: workers,
            workers,
            max_in_flight: None,
            drain: Duration::from_secs(5),
            max_errors: 0.01,
            out: None,
            allow_remote: false,
        }
    }
}

impl Plan {
    pub(crate) fn cap(&self) -> usize {
        self.max_in_flight
            .unwrap_or_else(|| ((self.rate * 2.0) as usize).max(1024))
    }
}

// === impl Fault ===

impl Fault {
    /// The plan makes no run.
    pub(crate) fn new(message: String) -> Self {
        Self {
            message,
            exit: crate::Exit::Usage,
        }
    }

    /// Nothing answers at the target.
    pub(crate) fn unreachable(message: String) -> Self {
        Self {
            message,
            exit: crate::Exit::Unreachable,
        }
    }

    /// The machine the test runs on failed.
    pub(crate) fn internal(message: String) -> Self {
        Self {
            message,
            exit: crate::Exit::Internal,
        }
    }

    /// The exit code that tells of it.
    pub fn exit(&self) -> crate::Exit {
        self.exit
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
