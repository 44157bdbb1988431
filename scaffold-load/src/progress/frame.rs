//! What a run is like at the end of a second, in few numbers: plain data, so that
//! no histogram crosses to another thread.

use crate::verdict::Doubt;

/// A run at the end of a second.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Frame {
    /// The end of the second, in seconds from the beginning of what is measured.
    pub(super) at: f64,
    pub(super) length: f64,
    /// Calls that came due in it.
    pub(super) offered: u64,
    /// Calls running or waiting at its end.
    pub(super) in_flight: u64,
    /// Each method, and after them all of them.
    pub(super) rows: Vec<Row>,
    /// What failed so far, the most frequent first.
    pub(super) errors: Vec<Failure>,
    /// Calls that were dropped so far, of those that came due.
    pub(super) dropped: u64,
    pub(super) due: u64,
    /// So far, in nanoseconds.
    pub(super) lag_p99: u64,
    pub(super) pacing_p99: u64,
    pub(super) busiest: Option<f64>,
    /// Why the measurement would be none if it ended now.
    pub(super) doubts: Vec<Doubt>,
}

/// One method, or all.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Row {
    /// Calls that ended in this second, and messages that came.
    pub(super) ended: u64,
    pub(super) received: u64,
    /// Calls so far, and those that did not end well.
    pub(super) calls: u64,
    pub(super) failed: u64,
    pub(super) response: Latencies,
    pub(super) service: Latencies,
}

/// Latencies in nanoseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Latencies {
    /// In this second.
    pub(super) now_p50: u64,
    pub(super) now_p99: u64,
    /// So far.
    pub(super) p50: u64,
    pub(super) p99: u64,
    pub(super) p999: u64,
    pub(super) max: u64,
    /// How many there are of each [bin](super::reduce::bin), so far.
    pub(super) bins: Vec<u64>,
}

/// Failures of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(super) method: usize,
    pub(super) kind: String,
    pub(super) count: u64,
    /// The first message of it, fit for a terminal.
    pub(super) message: String,
}

// === impl Frame ===

impl Frame {
    /// The row of a method, or of all of them.
    pub(super) fn row(&self, method: Option<usize>) -> Option<&Row> {
        let methods = self.rows.len().saturating_sub(1);
        self.rows.get(method.unwrap_or(methods))
    }
}
