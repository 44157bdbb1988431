//! How a rate was found.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::run::Run;
use crate::units;

/// How a rate was found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Search {
    /// All rates that were tried, in order.
    pub probes: Vec<Probe>,
    /// The highest rate that held, confirmed; `None` if none did.
    pub found: Option<f64>,
    /// The rate that the search was not to go beyond held as well.
    pub open_end: bool,
}

/// One rate that was tried.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// Calls per second.
    pub rate: f64,
    /// How long, in seconds.
    pub seconds: f64,
    /// Whether it was a longer run to confirm what shorter ones found.
    pub confirms: bool,
    /// Whether the objectives held and the measurement is one.
    pub passed: bool,
    /// Why not.
    pub why: Vec<String>,
    /// Response time at the median, in nanoseconds.
    pub p50: u64,
    /// Response time that one call in a hundred exceeds, in nanoseconds.
    pub p99: u64,
    /// The share of calls that failed.
    pub errors: f64,
    /// The share of its core that the busiest worker took.
    pub worker_cpu: Option<f64>,
}

// === impl Probe ===

impl Probe {
    pub(super) fn of(run: &Run, confirms: bool) -> Self {
        let response = run.record.response();
        let mut why: Vec<String> = run.verdict.reasons().to_vec();
        why.extend(run.breaches().map(ToString::to_string));
        why.extend(run.stopped.iter().map(ToString::to_string));
        Self {
            rate: run.plan.rate,
            seconds: run.elapsed.as_secs_f64(),
            confirms,
            passed: why.is_empty(),
            why,
            p50: response.value_at_quantile(0.5),
            p99: response.value_at_quantile(0.99),
            errors: run.record.failed() as f64 / run.record.calls().max(1) as f64,
            worker_cpu: run.worker_cpu,
        }
    }
}

impl fmt::Display for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>9}  {:>4.0} s  p50 {:>8}  p99 {:>8}  failed {:>6}  {}",
            units::rate(self.rate),
            self.seconds,
            units::latency(self.p50),
            units::latency(self.p99),
            units::percent(self.errors),
            match (self.passed, self.confirms) {
                (true, false) => "holds",
                (true, true) => "holds, confirmed",
                (false, _) => "does not hold",
            }
        )?;
        match self.why.first() {
            Some(why) => write!(f, ": {why}"),
            None => Ok(()),
        }
    }
}
