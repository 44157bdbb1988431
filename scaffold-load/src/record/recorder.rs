//! What a worker notes while it makes calls: its own, without a lock, handed
//! over once a second.

use std::sync::Arc;
use std::time::{Duration, Instant};

use scaffold_runtime::{Code, Status};

use super::{
    ACCEPTED, Histogram, MethodRecord, SlowCall, Slowest, UNFINISHED, UNVERIFIED, WorkerPart,
};
use crate::clock::nanos;
use crate::worker::Due;

/// One second: what a part covers.
const INTERVAL: Duration = Duration::from_secs(1);

/// A worker's notes.
#[derive(Debug)]
pub(crate) struct Recorder {
    methods: Vec<MethodRecord>,
    lag: Histogram,
    slowest: Slowest,
    /// When what is measured begins.
    begin: Instant,
    second: u64,
    /// When this second is over.
    cut: Instant,
}

/// How a call ended.
#[derive(Debug)]
pub(crate) enum End {
    Ok,
    Failed(Status),
    /// The answer was none.
    Unverified(String),
    /// The request broke a rule, and was refused for it.
    Refused,
    /// The request broke this rule, and was not refused.
    Accepted(Arc<str>),
}

// === impl Recorder ===

impl Recorder {
    pub(crate) fn new(methods: usize, begin: Instant) -> Self {
        Self {
            methods: vec![MethodRecord::default(); methods],
            lag: Histogram::new(),
            slowest: Slowest::default(),
            begin,
            second: 0,
            cut: begin + INTERVAL,
        }
    }

    /// When the second is over.
    pub(crate) fn cut(&self) -> Instant {
        self.cut
    }

    /// Takes out what was noted of the second that is over at `now`.
    pub(crate) fn take(&mut self, now: Instant) -> WorkerPart {
        let count = self.methods.len();
        let part = WorkerPart {
            worker: 0,
            second: self.second,
            methods: std::mem::replace(&mut self.methods, vec![MethodRecord::default(); count]),
            lag: std::mem::take(&mut self.lag),
            slowest: std::mem::take(&mut self.slowest),
            in_flight: 0,
            cpu: None,
            down: false,
        };
        // A worker that was held up leaves seconds out: they are empty.
        let elapsed = now.saturating_duration_since(self.begin);
        self.second = elapsed.as_secs().max(self.second + 1);
        self.cut = self.begin + INTERVAL * u32::try_from(self.second + 1).unwrap_or(u32::MAX);
        part
    }

    /// What is noted of a method.
    pub(crate) fn method(&mut self, method: usize) -> &mut MethodRecord {
        &mut self.methods[method]
    }

    /// The generator had the call in hand.
    #[inline]
    pub(crate) fn taken(&mut self, due: &Due, taken: Instant) {
        if due.measured {
            self.lag.record(nanos(due.at, taken));
        }
    }

    /// The call ended.
    #[inline]
    pub(crate) fn ended(&mut self, due: &Due, sent: Instant, finish: Instant, end: &End) {
        if !due.measured {
            return;
        }
        let response = nanos(due.at, finish);
        let service = nanos(sent, finish);
        let record = &mut self.methods[due.method];
        record.service.record(service);
        match end {
            End::Ok => record.response_ok.record(response),
            End::Failed(status) => record.fail(response, code(status), status.message()),
            End::Unverified(why) => record.fail(response, UNVERIFIED, why),
            End::Refused => {
                record.response.record(response);
                record.refused += 1;
            }
            End::Accepted(rule) => record.fail(response, ACCEPTED, rule),
        }
        if self.slowest.wants(response) {
            let outcome = match end {
                End::Ok => "OK",
                End::Failed(status) => code(status),
                End::Unverified(_) => UNVERIFIED,
                End::Refused => Code::InvalidArgument.name(),
                End::Accepted(_) => ACCEPTED,
            };
            self.slow(due, response, service, outcome);
        }
    }

    /// The call had no end: leaving it out would hide the slowest calls.
    pub(crate) fn unfinished(&mut self, due: &Due, sent: Option<Instant>, now: Instant) {
        if !due.measured {
            return;
        }
        let response = nanos(due.at, now);
        self.methods[due.method].fail(response, UNFINISHED, "");
        if self.slowest.wants(response) {
            let service = sent.map_or(0, |sent| nanos(sent, now));
            self.slow(due, response, service, UNFINISHED);
        }
    }

    #[cold]
    fn slow(&mut self, due: &Due, response: u64, service: u64, outcome: &str) {
        self.slowest.keep(SlowCall {
            method: due.method,
            due: nanos(self.begin, due.at),
            response,
            service,
            outcome: outcome.to_owned(),
            trace: due.trace.map(|trace| trace.id()),
        });
    }
}

// === impl End ===

impl End {
    /// How a call ended whose request breaks `rule`; none where it failed in a way
    /// of its own.
    pub(crate) fn refused(&self, rule: &Arc<str>) -> Option<Self> {
        match self {
            Self::Failed(status) if status.code() == Code::InvalidArgument => Some(Self::Refused),
            Self::Ok | Self::Unverified(_) => Some(Self::Accepted(Arc::clone(rule))),
            _ => None,
        }
    }
}

impl MethodRecord {
    #[cold]
    fn fail(&mut self, response: u64, kind: &str, message: &str) {
        self.response.record(response);
        match self.errors.get_mut(kind) {
            Some(error) => error.note(message),
            None => self
                .errors
                .entry(kind.to_owned())
                .or_default()
                .note(message),
        }
    }
}

fn code(status: &Status) -> &'static str {
    // An OK without what must come with it, such as a message, is none.
    match status.code() {
        Code::Ok => "UNKNOWN",
        code => code.name(),
    }
}
