//! Whether the numbers say something about the server, or only about the
//! generator.

use std::fmt;

use crate::run::Run;
use crate::units;

/// Is the measurement one?
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The load that was asked for was made, and on time.
    Valid,
    /// It was not; the reasons.
    Invalid(Vec<String>),
}

/// The share of due calls that may be dropped.
const MAX_DROPPED: f64 = 0.001;
/// The share of due calls that must have ended.
const MIN_ACHIEVED: f64 = 0.99;
/// The share of its core that a worker may take before it measures itself.
const MAX_CPU: f64 = 0.9;

/// Judges a run.
pub(crate) fn judge(run: &Run) -> Verdict {
    let mut why = Vec::new();
    if run.offered == 0 {
        return Verdict::Invalid(vec![
            "no call was due: the run was over before it began".into(),
        ]);
    }
    let dropped = run.dropped as f64 / run.offered as f64;
    if dropped > MAX_DROPPED {
        why.push(format!(
            "{} of {} calls were dropped, {}: {} were running already; lower --rate or raise --max-in-flight",
            run.dropped,
            run.offered,
            units::percent(dropped),
            run.plan.cap()
        ));
    }
    let achieved = run.achieved as f64 / run.offered as f64;
    if achieved < MIN_ACHIEVED {
        why.push(format!(
            "the rate was not met: {} of {} calls ended in time, {} of {} asked for; lower --rate",
            run.achieved,
            run.offered,
            units::percent(achieved),
            units::rate(run.plan.rate)
        ));
    }
    let lag = run.record.lag.value_at_quantile(0.99);
    let allowed = (0.1 / run.plan.rate * 1e9).max(1e6) as u64;
    if lag > allowed {
        why.push(format!(
            "calls were sent late: 1% of them by more than {} (at most {} is allowed); the generator needs more CPU, or a lower --rate",
            units::latency(lag),
            units::latency(allowed)
        ));
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
