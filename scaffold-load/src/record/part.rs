//! What a worker hands over once a second, and what all of it adds up to.

use serde::{Deserialize, Serialize};

use super::{Histogram, MethodRecord, SlowCall, Slowest};

/// What a run measured.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// In the order of the run's methods.
    pub methods: Vec<MethodRecord>,
    /// From due to when a worker had the call in hand: what the generator itself
    /// was late. In nanoseconds.
    pub lag: Histogram,
    /// The pacer's part of it: from due to handed over.
    pub pacing: Histogram,
    /// The slowest calls, the slowest first.
    pub slowest: Vec<SlowCall>,
}

/// What is handed over.
#[derive(Debug)]
pub(crate) enum Part {
    Worker(WorkerPart),
    Paced(PacedPart),
}

/// What one worker measured in one second.
#[derive(Debug)]
pub(crate) struct WorkerPart {
    /// Whose.
    pub(crate) worker: usize,
    /// Which second, from the beginning of what is measured.
    pub(crate) second: u64,
    /// `response` holds what failed; those that ended well are in `response_ok`
    /// alone, so that a call is counted in one histogram less.
    pub(crate) methods: Vec<MethodRecord>,
    pub(crate) lag: Histogram,
    pub(crate) slowest: Slowest,
    /// Calls running or waiting at the end of the second.
    pub(crate) in_flight: u64,
    /// CPU time of the worker's thread so far, in nanoseconds.
    pub(crate) cpu: Option<u64>,
    /// Whether all of its connections are down.
    pub(crate) down: bool,
}

/// What the pacer did in one second.
#[derive(Debug, Default)]
pub(crate) struct PacedPart {
    pub(crate) second: u64,
    /// Calls that came due.
    pub(crate) offered: u64,
    /// Calls that came due and were not handed over.
    pub(crate) dropped: u64,
    pub(crate) pacing: Histogram,
    /// Calls under way when what is measured began.
    pub(crate) at_begin: Option<u64>,
    /// No more come of this pacer.
    pub(crate) last: bool,
}

// === impl Record ===

impl Record {
    pub(crate) fn new(methods: usize) -> Self {
        Self {
            methods: vec![MethodRecord::default(); methods],
            ..Self::default()
        }
    }

    /// Adds what another run of the same methods measured.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.methods.iter_mut().zip(&other.methods) {
            mine.merge(theirs);
        }
        self.lag.add(&other.lag);
        self.pacing.add(&other.pacing);
        self.slowest.extend(other.slowest.iter().cloned());
        self.slowest
            .sort_by_key(|call| std::cmp::Reverse(call.response));
        self.slowest.truncate(20);
    }

    /// Calls that were made.
    pub fn calls(&self) -> u64 {
        self.methods.iter().map(MethodRecord::calls).sum()
    }

    /// Calls that ended.
    pub fn completed(&self) -> u64 {
        self.methods.iter().map(MethodRecord::completed).sum()
    }

    /// Calls that did not end well.
    pub fn failed(&self) -> u64 {
        self.methods.iter().map(MethodRecord::failed).sum()
    }

    /// Calls that had no end.
    pub fn unfinished(&self) -> u64 {
        self.methods.iter().map(MethodRecord::unfinished).sum()
    }

    /// From due to the end, all calls of all methods.
    pub fn response(&self) -> Histogram {
        let mut all = Histogram::new();
        for method in &self.methods {
            all.add(&method.response);
        }
        all
    }

    /// From sent to the end, all calls of all methods that ended.
    pub fn service(&self) -> Histogram {
        let mut all = Histogram::new();
        for method in &self.methods {
            all.add(&method.service);
        }
        all
    }
}
