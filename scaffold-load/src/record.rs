//! What was measured: histograms for each method, errors by code, and one line
//! for each second.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::driver::Sample;

/// The code that stands in the error table for calls that had no end.
pub(crate) const UNFINISHED: &str = "UNFINISHED";

/// How many different messages are kept for a code.
const MESSAGES_KEPT: usize = 3;

/// What one worker measured, or all of them together.
#[derive(Debug, Clone)]
pub struct Record {
    /// In the order of the drivers' tables.
    pub methods: Vec<MethodRecord>,
    /// From due to sent: what the generator itself was late.
    pub lag: Histogram<u64>,
    /// Calls that ended after the run's last call was due and its grace.
    pub late: u64,
}

/// What was measured of one method. Latencies are nanoseconds.
#[derive(Debug, Clone)]
pub struct MethodRecord {
    /// From due to finished, calls that ended with OK.
    pub response_ok: Histogram<u64>,
    /// From due to finished, all calls; one without an end counts to the end of
    /// the run.
    pub response: Histogram<u64>,
    /// From sent to finished, all calls that ended: what a closed loop would
    /// have shown.
    pub service: Histogram<u64>,
    /// From sent to the first message of the answer.
    pub first_message: Histogram<u64>,
    /// Failures, by the code's name.
    pub errors: BTreeMap<String, CallError>,
    /// Messages sent.
    pub sent: u64,
    /// Messages received.
    pub received: u64,
}

/// The failures of one code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallError {
    /// How many.
    pub count: u64,
    /// The first few messages that differ.
    pub messages: Vec<String>,
}

/// One second of the run.
#[derive(Debug, Clone, Default)]
pub struct Second {
    /// The second's end, from the start of the run.
    pub at: Duration,
    /// How long it was: the last one may be short.
    pub length: Duration,
    /// Calls that came due.
    pub offered: u64,
    /// Calls that ended.
    pub completed: u64,
    /// Of which not with OK.
    pub failed: u64,
    /// Calls that came due and were not sent.
    pub dropped: u64,
    /// Calls running at the second's end.
    pub in_flight: u64,
    /// Latency of the calls that ended, in nanoseconds from due.
    pub p50: u64,
    /// As `p50`.
    pub p99: u64,
    /// As `p50`.
    pub max: u64,
}

/// A worker's record and the part of it that the progress line has not seen.
#[derive(Debug)]
pub(crate) struct Recorder {
    pub(crate) total: Record,
    pub(crate) interval: Interval,
    /// Calls that end after it do not count as achieved.
    pub(crate) deadline: Option<Instant>,
}

#[derive(Debug)]
pub(crate) struct Interval {
    pub(crate) response: Histogram<u64>,
    pub(crate) failed: u64,
}

// === impl Record ===

impl Record {
    pub(crate) fn new(methods: usize) -> Self {
        Self {
            methods: vec![MethodRecord::new(); methods],
            lag: histogram(),
            late: 0,
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.methods.iter_mut().zip(&other.methods) {
            mine.merge(theirs);
        }
        add(&mut self.lag, &other.lag);
        self.late += other.late;
    }

    /// Calls that ended.
    pub fn completed(&self) -> u64 {
        self.methods.iter().map(MethodRecord::completed).sum()
    }

    /// Calls that did not end with OK.
    pub fn failed(&self) -> u64 {
        self.methods.iter().map(MethodRecord::failed).sum()
    }

    /// Calls that had no end.
    pub fn unfinished(&self) -> u64 {
        self.methods.iter().map(MethodRecord::unfinished).sum()
    }
}

// === impl MethodRecord ===

impl MethodRecord {
    pub(crate) fn new() -> Self {
        Self {
            response_ok: histogram(),
            response: histogram(),
            service: histogram(),
            first_message: histogram(),
            errors: BTreeMap::new(),
            sent: 0,
            received: 0,
        }
    }

    /// Adds what `other` measured.
    pub(crate) fn merge(&mut self, other: &Self) {
        add(&mut self.response_ok, &other.response_ok);
        add(&mut self.response, &other.response);
        add(&mut self.service, &other.service);
        add(&mut self.first_message, &other.first_message);
        for (code, error) in &other.errors {
            let mine = self.errors.entry(code.clone()).or_default();
            mine.count += error.count;
            for message in &error.messages {
                mine.keep(message);
            }
        }
        self.sent += other.sent;
        self.received += other.received;
    }

    /// Calls that were sent.
    pub fn calls(&self) -> u64 {
        self.response.len()
    }

    /// Calls that ended.
    pub fn completed(&self) -> u64 {
        self.service.len()
    }

    /// Calls that did not end with OK.
    pub fn failed(&self) -> u64 {
        self.errors.values().map(|error| error.count).sum()
    }

    /// Calls that had no end.
    pub fn unfinished(&self) -> u64 {
        self.errors.get(UNFINISHED).map_or(0, |error| error.count)
    }
}

// === impl CallError ===

impl CallError {
    fn keep(&mut self, message: &str) {
        let known = self.messages.iter().any(|kept| kept == message);
        if !message.is_empty() && !known && self.messages.len() < MESSAGES_KEPT {
            self.messages.push(message.to_owned());
        }
    }
}

// === impl Recorder ===

impl Recorder {
    pub(crate) fn new(methods: usize) -> Self {
        Self {
            total: Record::new(methods),
            interval: Interval::new(),
            deadline: None,
        }
    }

    pub(crate) fn finished(&mut self, method: usize, due: Instant, sample: &Sample) {
        let response = nanos(sample.finish.saturating_duration_since(due));
        let service = nanos(sample.finish.saturating_duration_since(sample.start));
        let lag = nanos(sample.start.saturating_duration_since(due));
        note(&mut self.total.lag, lag);
        if self
            .deadline
            .is_some_and(|deadline| sample.finish > deadline)
        {
            self.total.late += 1;
        }
        note(&mut self.interval.response, response);

        let record = &mut self.total.methods[method];
        note(&mut record.response, response);
        note(&mut record.service, service);
        if let Some(first) = sample.first_message {
            let first = first.saturating_duration_since(sample.start);
            note(&mut record.first_message, nanos(first));
        }
        record.sent += sample.sent;
        record.received += sample.received;
        if sample.is_ok() {
            note(&mut record.response_ok, response);
        } else {
            self.interval.failed += 1;
            let error = record
                .errors
                .entry(sample.code.name().to_owned())
                .or_default();
            error.count += 1;
            error.keep(&sample.message);
        }
    }

    /// A call that had no end: leaving it out would hide the slowest calls.
    pub(crate) fn unfinished(&mut self, method: usize, due: Instant) {
        let record = &mut self.total.methods[method];
        note(&mut record.response, nanos(due.elapsed()));
        record
            .errors
            .entry(UNFINISHED.to_owned())
            .or_default()
            .count += 1;
    }
}

impl Interval {
    pub(crate) fn new() -> Self {
        Self {
            response: histogram(),
            failed: 0,
        }
    }
}

/// Three significant digits, growing with the largest value.
pub(crate) fn histogram() -> Histogram<u64> {
    Histogram::new(3).expect("3 digits are a precision of the histogram")
}

pub(crate) fn add(into: &mut Histogram<u64>, from: &Histogram<u64>) {
    // Both grow: the one error there is, a value out of range, cannot be.
    let _ = into.add(from);
}

fn note(histogram: &mut Histogram<u64>, value: u64) {
    let _ = histogram.record(value.max(1));
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
