//! What a run did: all that reports show and comparisons need, saved as it is.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::Stopped;
use crate::Exit;
use crate::plan::{Fault, Plan};
use crate::record::{Record, Series, Server};
use crate::search::Search;
use crate::slo::{Judged, judge};
use crate::units::seconds;
use crate::verdict::{self, Verdict};

/// The number of the form in which runs are saved.
pub(crate) const SCHEMA: u32 = 3;

/// What a run did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// The number of this form.
    pub schema: u32,
    /// What it was to do.
    pub plan: Plan,
    /// When what was measured began, in seconds since 1970.
    pub began: f64,
    /// How long calls were made and measured.
    #[serde(with = "seconds")]
    pub elapsed: Duration,
    /// The methods, in the order of `record.methods`.
    pub methods: Vec<MethodInfo>,
    /// What was measured.
    pub record: Record,
    /// The same second by second.
    pub series: Series,
    /// Calls that came due; in a closed loop, calls that were made.
    pub offered: u64,
    /// Calls that came due and were not made.
    pub dropped: u64,
    /// Calls that came due and were made, but for those that piled up: at the
    /// end more were under way than the latency of calls explains.
    pub achieved: u64,
    /// The share of its core that the busiest worker took, where the system
    /// tells it.
    pub worker_cpu: Option<f64>,
    /// CPU time of the generator.
    pub cpu: Cpu,
    /// What the server took, where that could be seen.
    pub server: Option<Server>,
    /// Where it ran.
    pub machine: Machine,
    /// Why it ended before its time.
    pub stopped: Option<Stopped>,
    /// Is the measurement one?
    pub verdict: Verdict,
    /// What was asked of the service, and how it went.
    pub objectives: Vec<Judged>,
    /// How the rate was found, if it was searched for.
    pub search: Option<Search>,
}

/// A method of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodInfo {
    /// `/package.Service/Method`.
    pub path: String,
    /// `unary`, `server_streaming`, `client_streaming` or `bidi_streaming`.
    pub shape: String,
}

/// CPU time of the generator, warm-up and end included, in seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Cpu {
    /// All workers' threads.
    pub workers: Option<f64>,
    /// The pacer's thread.
    pub pacer: Option<f64>,
}

/// Where a run was made: runs of different machines are not to be compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The system's name, such as `linux`.
    pub os: String,
    /// The processor's kind, such as `x86_64`.
    pub arch: String,
    /// The processor's name, where the system tells it.
    pub cpu: Option<String>,
    /// Cores that this process may use.
    pub cores: usize,
}

// === impl Run ===

impl Run {
    /// The exit code that tells of it. That a run was stopped is said before
    /// anything else; an invalid one has no objective to miss.
    pub fn exit(&self) -> Exit {
        match &self.stopped {
            Some(Stopped::Interrupted) => return Exit::Interrupted,
            Some(Stopped::Lost(_)) => return Exit::Unreachable,
            Some(Stopped::Missed(_)) => return Exit::Breached,
            None => {}
        }
        if !self.verdict.is_valid() {
            Exit::Invalid
        } else if self.breaches().next().is_some() {
            Exit::Breached
        } else {
            Exit::Passed
        }
    }

    /// The objectives that were missed.
    pub fn breaches(&self) -> impl Iterator<Item = &Judged> {
        self.objectives.iter().filter(|judged| !judged.passed)
    }

    /// Judges the measurement and the objectives, anew after a merge.
    pub(crate) fn judge(&mut self) {
        self.verdict = verdict::judge(self);
        let paths: Vec<&str> = self.methods.iter().map(|method| &*method.path).collect();
        let seconds = self.elapsed.as_secs_f64();
        for judged in &mut self.objectives {
            *judged = judge(&judged.objective, &paths, &self.record, seconds);
        }
    }

    /// Adds another part of the same run, as `--shard` makes them.
    ///
    /// # Errors
    ///
    /// If the two are not parts of one run.
    pub fn merge(&mut self, other: &Self) -> Result<(), Fault> {
        let (mine, theirs) = (&self.plan.shard, &other.plan.shard);
        let same = self.methods == other.methods
            && self.plan.seed == other.plan.seed
            && self.plan.schedule() == other.plan.schedule()
            && self.plan.start_at == other.plan.start_at
            && mine.of == theirs.of;
        if !same {
            return Err(Fault::usage(format!(
                "shards {mine} and {theirs} are not parts of one run: methods, schedule, seed, beginning and number of shards must be the same"
            )));
        }
        self.record.merge(&other.record);
        self.series.merge(&other.series);
        self.offered += other.offered;
        self.dropped += other.dropped;
        self.achieved += other.achieved;
        self.elapsed = self.elapsed.max(other.elapsed);
        self.began = self.began.min(other.began);
        // Every part saw the same server.
        self.server = self.server.take().or_else(|| other.server.clone());
        let most = |mine: Option<f64>, theirs: Option<f64>| mine.zip(theirs).map(|(a, b)| a.max(b));
        let sum = |mine: Option<f64>, theirs: Option<f64>| mine.zip(theirs).map(|(a, b)| a + b);
        self.worker_cpu = most(self.worker_cpu, other.worker_cpu);
        self.cpu.workers = sum(self.cpu.workers, other.cpu.workers);
        self.cpu.pacer = sum(self.cpu.pacer, other.cpu.pacer);
        self.stopped = self.stopped.take().or_else(|| other.stopped.clone());
        let mut why = self.verdict.reasons().to_vec();
        why.extend(other.verdict.reasons().iter().cloned());
        self.judge();
        // A part that says nothing is not mended by the others.
        if !why.is_empty() && self.verdict.is_valid() {
            why.dedup();
            self.verdict = Verdict::Invalid(why);
        }
        Ok(())
    }
}

// === impl Machine ===

impl Machine {
    /// This one.
    pub(crate) fn this() -> Self {
        let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let cpu = info.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            (key.trim() == "model name").then(|| value.trim().to_owned())
        });
        Self {
            os: std::env::consts::OS.to_owned(),
            arch: std::env::consts::ARCH.to_owned(),
            cpu,
            cores: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cpu = self.cpu.as_deref().unwrap_or(&self.arch);
        write!(f, "{} cores of {cpu}, {}", self.cores, self.os)
    }
}

/// Seconds since 1970.
pub(crate) fn unix(at: SystemTime) -> f64 {
    at.duration_since(UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64())
}
