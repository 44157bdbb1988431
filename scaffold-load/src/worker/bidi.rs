//! Bidirectional streams that live as long as the run: each due call is a
//! message on one of them.
//!
//! A message's latency counts from when it was due to the answer at its place in
//! the order. Messages that are due while too many are without an answer wait
//! their turn, are counted as deferred, and are late from when they were due.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context as Cx, Poll, Waker};
use std::time::{Duration, Instant};

use scaffold_runtime::{BidiStreaming, Caller, Request, RequestSender, Status, Streaming};

use super::Due;
use super::context::Context;
use super::lanes::Lane;
use super::streams::beside;
use crate::clock::nanos;
use crate::raw::{Answer, Kept, Raw};
use crate::record::End;

/// How long a stream that failed is not opened again.
const PAUSE: Duration = Duration::from_millis(100);

/// A worker's streams of one method.
pub(crate) struct Group {
    streams: Vec<Rc<Stream>>,
    next: Cell<usize>,
}

/// One stream, however often it is opened.
struct Stream {
    context: Rc<Context>,
    method: usize,
    lane: Rc<Lane>,
    /// Messages without an answer that it may have.
    most: usize,
    waiting: RefCell<VecDeque<Due>>,
    flying: RefCell<VecDeque<(Due, Instant)>>,
    closed: Cell<bool>,
    /// The sending half, while it has nothing to do.
    sender: Cell<Option<Waker>>,
}

// === impl Group ===

impl Group {
    /// Opens `count` streams, which share the plan's messages in flight among
    /// `of` streams of all workers.
    pub(crate) fn open(context: &Rc<Context>, method: usize, count: usize, of: usize) -> Self {
        let most = (context.plan.bidi_in_flight / of.max(1)).max(1);
        let stream = |_| {
            let stream = Rc::new(Stream {
                context: Rc::clone(context),
                method,
                lane: context.lanes.push(),
                most,
                waiting: RefCell::default(),
                flying: RefCell::default(),
                closed: Cell::new(false),
                sender: Cell::new(None),
            });
            tokio::task::spawn_local(Rc::clone(&stream).run());
            stream
        };
        Self {
            streams: (0..count).map(stream).collect(),
            next: Cell::new(0),
        }
    }

    /// Sends a message on the stream whose turn it is.
    pub(crate) fn push(&self, due: Due) {
        let at = self.next.get();
        self.next.set((at + 1) % self.streams.len());
        self.streams[at].push(due);
    }

    /// No message comes any more: the streams end when all is answered.
    pub(crate) fn close(&self) {
        for stream in &self.streams {
            stream.closed.set(true);
            stream.wake();
        }
    }

    /// What has no answer yet has none.
    pub(crate) fn give_up(&self) {
        let now = Instant::now();
        for stream in &self.streams {
            let mut recorder = stream.context.recorder.borrow_mut();
            for (due, sent) in stream.flying.take() {
                recorder.unfinished(&due, Some(sent), now);
                stream.context.over();
            }
            for due in stream.waiting.take() {
                recorder.unfinished(&due, None, now);
                stream.context.over();
            }
        }
    }

    /// Messages that have no answer yet.
    pub(crate) fn live(&self) -> usize {
        let of = |stream: &Rc<Stream>| stream.waiting.borrow().len() + stream.flying.borrow().len();
        self.streams.iter().map(of).sum()
    }
}

// === impl Stream ===

impl Stream {
    fn push(&self, due: Due) {
        let mut waiting = self.waiting.borrow_mut();
        if due.measured && (!waiting.is_empty() || self.flying.borrow().len() >= self.most) {
            let mut recorder = self.context.recorder.borrow_mut();
            recorder.method(self.method).deferred += 1;
        }
        waiting.push_back(due);
        drop(waiting);
        self.wake();
    }

    fn wake(&self) {
        if let Some(sender) = self.sender.take() {
            sender.wake();
        }
    }

    /// Keeps the stream open until it is closed and all is sent.
    async fn run(self: Rc<Self>) {
        let spec = self.context.methods[self.method].spec;
        loop {
            let mut request = Request::new(());
            *request.metadata_mut() = self.context.metadata.clone();
            let opened = self.lane.channel.bidi_streaming::<Raw, Kept>(spec, request);
            let result = match opened.await {
                Ok(stream) => self.carry(stream).await,
                Err(status) => Err(status),
            };
            let over = self.closed.get() && self.waiting.borrow().is_empty();
            let failed = match result {
                Ok(()) if over => None,
                Ok(()) => Some(Status::unavailable("the server ended the stream")),
                Err(status) => Some(status),
            };
            if let Some(status) = failed {
                self.fail(&status);
            }
            if over {
                return;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The messages under way have no answer, and what waits is not kept from
    /// failing either: a stream that cannot be opened must show.
    fn fail(&self, status: &Status) {
        let now = Instant::now();
        let mut recorder = self.context.recorder.borrow_mut();
        let flying = self.flying.take().into_iter();
        let waiting = self.waiting.take().into_iter().map(|due| (due, now));
        for (due, sent) in flying.chain(waiting) {
            recorder.ended(&due, sent, now, &End::Failed(status.clone()));
            self.context.over();
        }
    }

    async fn carry(&self, stream: BidiStreaming<Raw, Kept>) -> Result<(), Status> {
        let (sender, mut responses) = stream.split();
        beside(self.send(sender), self.receive(&mut responses)).await
    }

    async fn send(&self, mut sender: RequestSender<Raw>) {
        while let Some(mut due) = poll_fn(|cx| self.poll_next(cx)).await {
            let message = self.context.requests(&mut due).first();
            let (len, measured, begun) = (message.len(), due.measured, Instant::now());
            self.flying.borrow_mut().push_back((due, begun));
            if sender.send(Raw(message)).await.is_err() {
                // The receiving half knows why.
                return;
            }
            if measured {
                let mut recorder = self.context.recorder.borrow_mut();
                let record = recorder.method(self.method);
                record.stall.record(nanos(begun, Instant::now()));
                record.sent += 1;
                record.sent_bytes += len as u64;
            }
        }
        // Dropped, it ends the requests.
        drop(sender);
    }

    /// The next message, once there is one and it may go.
    fn poll_next(&self, cx: &mut Cx<'_>) -> Poll<Option<Due>> {
        if self.flying.borrow().len() < self.most {
            if let Some(due) = self.waiting.borrow_mut().pop_front() {
                return Poll::Ready(Some(due));
            }
            if self.closed.get() {
                return Poll::Ready(None);
            }
        }
        self.sender.set(Some(cx.waker().clone()));
        Poll::Pending
    }

    async fn receive(&self, responses: &mut Streaming<Kept>) -> Result<(), Status> {
        let mut last: Option<Instant> = None;
        while let Some(answer) = responses.message().await? {
            let now = Instant::now();
            let Some((due, sent)) = self.flying.borrow_mut().pop_front() else {
                // More answers than requests: there is nothing to hold it against.
                continue;
            };
            self.wake();
            let verified = match self.context.verifies() {
                true => self.context.verify(&due, answer.bytes()),
                false => Ok(()),
            };
            let mut recorder = self.context.recorder.borrow_mut();
            if due.measured {
                let record = recorder.method(self.method);
                record.received += 1;
                record.received_bytes += answer.size() as u64;
                record.round_trip.record(nanos(due.at, now));
                if let Some(last) = last {
                    record.gap.record(nanos(last, now));
                }
            }
            last = Some(now);
            let end = verified.map_or_else(End::Unverified, |()| End::Ok);
            recorder.ended(&due, sent, now, &end);
            drop(recorder);
            self.context.over();
        }
        Ok(())
    }
}
