//! What all calls of a worker share.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use scaffold_runtime::{Metadata, Request};

use super::bidi::Group;
use super::lanes::{Lane, Lanes};
use super::{Due, Queue};
use crate::methods::Method;
use crate::plan::Plan;
use crate::pool::{Call, Pool};
use crate::record::{End, Recorder};

/// What all calls of a worker share.
pub(crate) struct Context {
    pub(crate) plan: Arc<Plan>,
    pub(crate) methods: Vec<Method>,
    /// Which of them the mix has.
    pub(crate) used: Vec<bool>,
    /// The requests of each method; empty where each call brings its own.
    pub(crate) pools: Vec<Pool>,
    pub(crate) metadata: Metadata,
    pub(crate) lanes: Lanes,
    /// The long-lived streams of each method that has such.
    pub(crate) groups: Vec<RefCell<Option<Group>>>,
    pub(crate) recorder: RefCell<Recorder>,
    pub(crate) queue: Arc<Queue>,
    /// Calls that are over.
    pub(crate) ended: Cell<u64>,
    /// One in so many answers is verified.
    verify_every: u64,
    verify_next: Cell<u64>,
}

/// A call under way. Dropped before its end, it counts as one that has none.
pub(crate) struct Running {
    pub(crate) context: Rc<Context>,
    pub(crate) lane: Rc<Lane>,
    pub(crate) due: Due,
    /// The rule that it breaks: to be refused is what is expected.
    broken: Option<Arc<str>>,
    sent: Option<Instant>,
    open: bool,
}

// === impl Context ===

impl Context {
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn new(
        plan: Arc<Plan>,
        methods: Vec<Method>,
        used: Vec<bool>,
        pools: Vec<Pool>,
        metadata: Metadata,
        lanes: Lanes,
        queue: Arc<Queue>,
        begin: Instant,
    ) -> Self {
        let share = plan.verify;
        Self {
            recorder: RefCell::new(Recorder::new(methods.len(), begin)),
            groups: (0..methods.len()).map(|_| RefCell::new(None)).collect(),
            plan,
            methods,
            used,
            pools,
            metadata,
            lanes,
            queue,
            ended: Cell::new(0),
            verify_every: if share > 0.0 {
                (1.0 / share).round().max(1.0) as u64
            } else {
                0
            },
            verify_next: Cell::new(0),
        }
    }

    /// What the call sends.
    pub(crate) fn requests(&self, due: &mut Due) -> Call {
        match due.requests.take() {
            Some(requests) => *requests,
            None => self.pools[due.method].call(due.index),
        }
    }

    /// A request with what all of them carry.
    pub(crate) fn request<T>(&self, due: &Due, message: T) -> Request<T> {
        let mut request = Request::new(message);
        if !self.metadata.is_empty() {
            *request.metadata_mut() = self.metadata.clone();
        }
        if let Some(trace) = due.trace {
            // A name and a value that are always valid.
            let _ = request
                .metadata_mut()
                .insert("traceparent", &trace.header());
        }
        if let Some(deadline) = self.plan.deadline {
            request.set_timeout(deadline);
        }
        request
    }

    /// Whether the next answer is to be verified.
    pub(crate) fn verifies(&self) -> bool {
        if self.verify_every == 0 {
            return false;
        }
        let next = self.verify_next.get();
        self.verify_next.set((next + 1) % self.verify_every);
        next == 0
    }

    /// Verifies an answer that was kept.
    pub(crate) fn verify(&self, due: &Due, answer: Option<&[u8]>) -> Result<(), String> {
        let Some(answer) = answer else {
            return Ok(());
        };
        if due.measured {
            self.recorder.borrow_mut().method(due.method).verified += 1;
        }
        self.methods[due.method].verify(answer)
    }

    /// A call is over, one way or the other.
    pub(crate) fn over(&self) {
        self.ended.set(self.ended.get() + 1);
    }
}

// === impl Running ===

impl Running {
    /// A call that has a stream now; `broken` is the rule that it breaks.
    pub(crate) fn new(
        context: Rc<Context>,
        lane: Rc<Lane>,
        due: Due,
        broken: Option<Arc<str>>,
    ) -> Self {
        Self {
            context,
            lane,
            due,
            broken,
            sent: None,
            open: true,
        }
    }

    /// The call is sent now; `waited` says since when it has waited for a stream.
    pub(crate) fn send(&mut self, waited: Option<Instant>) -> Instant {
        let now = Instant::now();
        self.sent = Some(now);
        if let Some(since) = waited {
            self.note(|record| record.wait.record(crate::clock::nanos(since, now)));
        }
        now
    }

    /// The call is over.
    pub(crate) fn end(mut self, finish: Instant, end: &End) {
        self.open = false;
        let refused;
        let end = match &self.broken {
            None => end,
            Some(rule) => {
                refused = end.refused(rule);
                refused.as_ref().unwrap_or(end)
            }
        };
        let sent = self.sent.unwrap_or(finish);
        self.context
            .recorder
            .borrow_mut()
            .ended(&self.due, sent, finish, end);
    }

    /// Notes something of the call's method, if the call counts.
    pub(crate) fn note(&self, note: impl FnOnce(&mut crate::record::MethodRecord)) {
        if self.due.measured {
            note(self.context.recorder.borrow_mut().method(self.due.method));
        }
    }

    pub(crate) fn method(&self) -> &Method {
        &self.context.methods[self.due.method]
    }

    pub(crate) fn sent(&self) -> Instant {
        self.sent.unwrap_or(self.due.at)
    }

    /// When a response stream has lasted long enough.
    pub(crate) fn stop_at(&self) -> Option<Instant> {
        let time: Option<Duration> = self.context.plan.stream_time;
        time.and_then(|time| self.sent().checked_add(time))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.open {
            let mut recorder = self.context.recorder.borrow_mut();
            recorder.unfinished(&self.due, self.sent, Instant::now());
        }
        self.lane.free();
        self.context.over();
    }
}
