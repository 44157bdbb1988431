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

/// What a verdict looks at: a run that is over, or what there is of one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    pub(crate) offered: u64,
    pub(crate) dropped: u64,
    /// Calls that were made, but for those that piled up.
    pub(crate) achieved: u64,
    pub(crate) seconds: f64,
    pub(crate) lag_p99: u64,
    /// The share of its core that the busiest worker took.
    pub(crate) cpu: Option<f64>,
    pub(crate) closed: bool,
    pub(crate) max_drop: f64,
}

/// A reason why a measurement is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Doubt {
    /// Calls were not made; their share.
    Dropping(f64),
    /// Calls piled up; how many, and their share.
    Behind(u64, f64),
    /// Calls were sent late: 1 % by more than the one, where the other is allowed.
    Lagging(u64, u64),
    /// A worker took that share of its core.
    Busy(f64),
}

/// Judges a run.
pub(crate) fn judge(run: &Run) -> Verdict {
    if run.offered == 0 && run.record.calls() == 0 {
        let nothing = "no call was due: the run was over before it began";
        return Verdict::Invalid(vec![nothing.to_owned()]);
    }
    let seen = Seen {
        offered: run.offered,
        dropped: run.dropped,
        achieved: run.achieved,
        seconds: run.elapsed.as_secs_f64(),
        lag_p99: run.record.lag.value_at_quantile(0.99),
        cpu: run.worker_cpu,
        closed: run.plan.closed.is_some(),
        max_drop: run.plan.max_drop,
    };
    let doubts = seen.doubts();
    if doubts.is_empty() {
        return Verdict::Valid;
    }
    let tell = |doubt: &Doubt| match *doubt {
        Doubt::Dropping(share) => format!(
            "{} of {} calls were dropped, {}: {} were under way already; lower --rate or raise --max-in-flight",
            run.dropped,
            run.offered,
            units::percent(share),
            run.plan.cap()
        ),
        Doubt::Behind(calls, share) => format!(
            "the rate was not kept: {calls} calls more were waiting at the end than at the beginning, {} of all; lower --rate",
            units::percent(share),
        ),
        Doubt::Lagging(lag, allowed) => format!(
            "calls were sent late: 1% of them by more than {} (at most {} is allowed); the generator needs more CPU, or a lower --rate",
            units::latency(lag),
            units::latency(allowed)
        ),
        Doubt::Busy(cpu) => format!(
            "the generator was the bottleneck: a worker took {} of its core; raise --workers or lower --rate",
            units::percent(cpu)
        ),
    };
    Verdict::Invalid(doubts.iter().map(tell).collect())
}

/// Calls that piled up while `rate` calls came a second. By Little's law as many
/// calls are under way as come in the mean time that one takes, in nanoseconds:
/// what is more at the end than at the beginning, and more than that, the server
/// did not keep up with.
pub(crate) fn piled_up(rate: f64, latency: f64, (before, after): (u64, u64)) -> f64 {
    let explained = rate * latency / 1e9;
    (after.saturating_sub(before) as f64 - explained).max(0.0)
}

// === impl Seen ===

impl Seen {
    /// The reasons why it is no measurement.
    pub(crate) fn doubts(&self) -> Vec<Doubt> {
        let mut doubts = Vec::new();
        if !self.closed {
            self.paced(&mut doubts);
        }
        doubts.extend(self.cpu.filter(|&cpu| cpu > MAX_CPU).map(Doubt::Busy));
        doubts
    }

    /// What a run at a rate promises: that calls were made when they were due.
    fn paced(&self, doubts: &mut Vec<Doubt>) {
        let dropped = self.dropped as f64 / self.offered.max(1) as f64;
        if dropped > self.max_drop {
            doubts.push(Doubt::Dropping(dropped));
        }
        let due = self.offered - self.dropped.min(self.offered);
        let piled = due - self.achieved.min(due);
        let achieved = (due - piled) as f64 / due.max(1) as f64;
        if achieved < MIN_ACHIEVED {
            doubts.push(Doubt::Behind(piled, 1.0 - achieved));
        }
        let rate = (self.offered as f64 / self.seconds.max(1e-3)).max(1e-3);
        let allowed = (0.1 / rate * 1e9).max(1e6) as u64;
        if self.lag_p99 > allowed {
            doubts.push(Doubt::Lagging(self.lag_p99, allowed));
        }
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
