//! Whether the numbers say something about the server, or only about the
//! generator.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::run::Run;
use crate::units;

/// Is the measurement one?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", content = "reasons", rename_all = "lowercase")]
pub enum Verdict {
    /// The load that was asked for was made, and on time.
    Valid,
    /// It was not; the reasons.
    Invalid(Vec<String>),
}

/// The share of due calls that must have ended, but for those whose latency
/// explains that they have not.
const MIN_ACHIEVED: f64 = 0.99;
/// The share of its core that a worker may take before it measures itself.
const MAX_CPU: f64 = 0.9;

/// Judges a run.
pub(crate) fn judge(run: &Run) -> Verdict {
    let mut why = Vec::new();
    let calls = run.record.calls();
    if run.offered == 0 && calls == 0 {
        let nothing = "no call was due: the run was over before it began";
        return Verdict::Invalid(vec![nothing.to_owned()]);
    }
    if run.plan.closed.is_none() {
        paced(run, &mut why);
    }
    if let Some(cpu) = run.worker_cpu.filter(|&cpu| cpu > MAX_CPU) {
        why.push(format!(
            "the generator was the bottleneck: a worker took {} of its core; raise --workers or lower --rate",
            units::percent(cpu)
        ));
    }
    if why.is_empty() {
        Verdict::Valid
    } else {
        Verdict::Invalid(why)
    }
}

/// What a run at a rate promises: that calls were made when they were due.
fn paced(run: &Run, why: &mut Vec<String>) {
    let plan = &run.plan;
    let dropped = run.dropped as f64 / run.offered.max(1) as f64;
    if dropped > plan.max_drop {
        why.push(format!(
            "{} of {} calls were dropped, {}: {} were under way already; lower --rate or raise --max-in-flight",
            run.dropped,
            run.offered,
            units::percent(dropped),
            plan.cap()
        ));
    }
    let due = run.offered - run.dropped.min(run.offered);
    let achieved = run.achieved.min(due) as f64 / due.max(1) as f64;
    if achieved < MIN_ACHIEVED {
        why.push(format!(
            "the rate was not kept: {} calls more were waiting at the end than at the beginning, {} of all; lower --rate",
            due - run.achieved.min(due),
            units::percent(1.0 - achieved),
        ));
    }
    let lag = run.record.lag.value_at_quantile(0.99);
    let rate = (run.offered as f64 / run.elapsed.as_secs_f64().max(1e-3)).max(1e-3);
    let allowed = (0.1 / rate * 1e9).max(1e6) as u64;
    if lag > allowed {
        why.push(format!(
            "calls were sent late: 1% of them by more than {} (at most {} is allowed); the generator needs more CPU, or a lower --rate",
            units::latency(lag),
            units::latency(allowed)
        ));
    }
}

// === impl Verdict ===

impl Verdict {
    /// Is it `Valid`?
    pub fn is_valid(&self) -> bool {
        *self == Self::Valid
    }

    /// The reasons, if it is not.
    pub fn reasons(&self) -> &[String] {
        match self {
            Self::Valid => &[],
            Self::Invalid(why) => why,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Valid => "VALID",
            Self::Invalid(_) => "INVALID",
        })
    }
}
