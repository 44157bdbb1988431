//! Events of a connection as calls, and calls as frames.
//!
//! Everything here happens while the connection's task is polled: a request
//! that is complete is answered where it is found, and its answer stands in
//! the output before the next request is looked at.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use scaffold_http2::{Handler, Head, Reset, Session, Stream};

use super::answer::{self, Ending, Outgoing};
use super::calls::Calls;
use super::exchange::{CallLimits, Start};
use super::heads::{Door, Heads, Refusal, Verdict};
use super::requests::{Body, Requests};
use super::streams::{Fresh, Running, State, Streams};
use super::turn::Turn;
use super::{guard, timeout};
use crate::framing::{self, Decoder};
use crate::request::Parts;
use crate::stream::Pipe;
use crate::{Outcome, Peer};

/// One connection's calls.
///
/// `B` begins a call; `F` is the call. Both are types that nobody can name.
pub(super) struct Engine<'a, B, F> {
    door: Door<'a>,
    limits: CallLimits,
    peer: Peer,
    begin: B,
    calls: Calls<F>,
    streams: Streams,
    heads: Heads,
    /// What is being received.
    input: Bytes,
    now: Instant,
    turn: Turn,
    /// Streams whose request was not complete when its head came.
    fresh: Vec<Stream>,
    /// Complete requests beyond what fits the turn.
    due: VecDeque<Stream>,
    /// Streams that were answered before their request was complete.
    early: Vec<Stream>,
    timed: Vec<usize>,
}

impl<'a, B, F> Engine<'a, B, F>
where
    B: FnMut(Start) -> F,
    F: Future<Output = Outcome>,
{
    pub(super) fn new(door: Door<'a>, limits: CallLimits, peer: Peer, begin: B) -> Self {
        let now = crate::clock::now();
        Engine {
            door,
            limits,
            peer,
            begin,
            calls: Calls::new(),
            streams: Streams::default(),
            heads: Heads::new(),
            input: Bytes::new(),
            now,
            turn: Turn::begin(now),
            fresh: Vec::new(),
            due: VecDeque::new(),
            early: Vec::new(),
            timed: Vec::new(),
        }
    }

    /// A turn of the connection begins.
    pub(super) fn begin_turn(&mut self, now: Instant, cx: &Context<'_>) {
        self.now = now;
        self.turn = Turn::begin(now);
        self.calls.begin_turn(cx);
    }

    /// The turn ends. `true` if there is more to do at once.
    pub(super) fn end_turn(&mut self) -> bool {
        self.calls.end_turn() || !self.due.is_empty()
    }

    /// Whether the turn has taken its time.
    pub(super) fn is_turn_over(&mut self) -> bool {
        self.turn.is_over()
    }

    /// Sets what is about to be received, so that its pieces can be shared.
    pub(super) fn set_input(&mut self, input: Bytes, now: Instant) {
        self.input = input;
        self.now = now;
    }

    /// Begins the calls whose requests did not come whole, and lets go of the
    /// input.
    pub(super) fn received(&mut self, session: &mut Session) {
        while let Some(stream) = self.fresh.pop() {
            if let Some(State::Head(_)) = self.streams.get(stream)
                && let State::Head(fresh) = self.streams.take(stream)
            {
                self.start_piped(session, stream, fresh);
            }
        }
        self.input = Bytes::new();
        while let Some(stream) = self.early.pop() {
            session.hang_up(stream);
        }
    }

    /// Polls calls that were woken, and begins those that wait for their turn,
    /// while there is time. `true` if it did anything.
    pub(super) fn run(&mut self, session: &mut Session) -> bool {
        let mut any = false;
        while !self.turn.is_over()
            && let Some(stream) = self.due.pop_front()
        {
            any = true;
            if let Some(State::Due(..)) = self.streams.get(stream)
                && let State::Due(fresh, message) = self.streams.take(stream)
            {
                self.start_whole(session, stream, fresh, message);
            }
        }
        while !self.turn.is_over()
            && let Some(slot) = self.calls.next_woken()
        {
            any = true;
            self.poll_call(session, slot, false);
        }
        while let Some(stream) = self.early.pop() {
            session.hang_up(stream);
        }
        any
    }

    /// Polls the calls whose time has come.
    pub(super) fn on_time(&mut self, session: &mut Session, now: Instant) {
        let mut due = std::mem::take(&mut self.timed);
        self.calls.due(now, &mut due);
        for slot in due.drain(..) {
            self.poll_call(session, slot, true);
        }
        self.timed = due;
    }

    /// When [`on_time`](Self::on_time) has something to do.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.calls.next_timer()
    }

    /// How many handlers have panicked since this was last asked.
    pub(super) fn take_panics(&mut self) -> u64 {
        self.calls.take_panics()
    }

    /// Whether a call is under way.
    pub(super) fn is_idle(&self, session: &Session) -> bool {
        self.calls.len() == 0 && session.open_streams() == 0
    }

    /// Gives memory back, when there is no call.
    pub(super) fn trim(&mut self, session: &Session) {
        if self.is_idle(session) {
            self.calls.trim();
            self.streams.trim();
            self.fresh = Vec::new();
            self.due = VecDeque::new();
            self.early = Vec::new();
            self.timed = Vec::new();
        }
    }

    /// The connection is gone: so are its calls.
    pub(super) fn lose_all(&mut self) {
        for slot in self.calls.all() {
            if let Some(stream) = self.calls.stream(slot)
                && let State::Running(running) = self.streams.take(stream)
            {
                self.lose(&running);
            }
        }
    }

    /// A request that is one message.
    fn start_whole(&mut self, session: &mut Session, stream: Stream, fresh: Fresh, message: Bytes) {
        let pipe = fresh
            .route
            .spec
            .shape
            .streams_responses()
            .then(|| Pipe::new(self.limits.pipe_room));
        self.start(session, stream, fresh, Body::Message(message), pipe);
    }

    /// Any other request.
    fn start_piped(&mut self, session: &mut Session, stream: Stream, mut fresh: Fresh) {
        let pipe = Pipe::new(self.limits.pipe_room);
        let piece = std::mem::take(&mut fresh.piece);
        pipe.push(&piece, || piece.clone());
        if fresh.ended {
            pipe.end();
        }
        let limits = &self.limits;
        let decoder = Decoder::new(limits.max_receive, Some(limits.budget.clone()))
            .max_elements(limits.max_elements)
            .encoding(fresh.coding.requests);
        let body = Body::Pipe(Box::new(Requests::new(pipe.clone(), decoder)));
        self.start(session, stream, fresh, body, Some(pipe));
    }

    fn start(
        &mut self,
        session: &mut Session,
        stream: Stream,
        fresh: Fresh,
        body: Body,
        pipe: Option<Arc<Pipe>>,
    ) {
        let Fresh {
            route,
            coding,
            parts,
            ..
        } = fresh;
        let deadline = parts.deadline;
        let (slot, waker) = self.calls.reserve();
        if let Some(pipe) = &pipe {
            pipe.set_carrier(waker);
        }
        let call = (self.begin)(Start {
            route,
            parts,
            body,
            pipe: pipe
                .clone()
                .filter(|_| route.spec.shape.streams_responses()),
            rules: self.limits.rules.settled(coding.responses),
        });
        self.calls.set(slot, stream, deadline, call);
        let running = Running {
            slot,
            head: coding.head,
            pipe,
        };
        if let Some(outcome) = self.poll_running(session, stream, &running, false) {
            self.finish(session, stream, running, outcome);
        } else {
            self.streams.insert(stream, State::Running(running));
        }
    }

    /// Polls a call that is among the calls.
    fn poll_call(&mut self, session: &mut Session, slot: usize, fired: bool) {
        let Some(stream) = self.calls.stream(slot) else {
            return;
        };
        let Some(State::Running(running)) = self.streams.get(stream) else {
            return;
        };
        let running = running.clone();
        if let Some(outcome) = self.poll_running(session, stream, &running, fired) {
            self.finish(session, stream, running, outcome);
        }
    }

    fn poll_running(
        &mut self,
        session: &mut Session,
        stream: Stream,
        running: &Running,
        fired: bool,
    ) -> Option<Outcome> {
        self.turn.polls();
        let polled = self.calls.poll(running.slot, fired);
        if let Some(pipe) = &running.pipe {
            session.release(stream, pipe.take_consumed());
            if polled.is_pending() {
                let head = running.head;
                pipe.carry(&mut Outgoing {
                    session,
                    stream,
                    head,
                });
            }
        }
        match polled {
            Poll::Ready(outcome) => Some(outcome),
            Poll::Pending => None,
        }
    }

    fn finish(
        &mut self,
        session: &mut Session,
        stream: Stream,
        running: Running,
        outcome: Outcome,
    ) {
        let head = running.head;
        let ending = match running.pipe {
            None => answer::single(session, stream, head, outcome),
            Some(pipe) => {
                pipe.carry(&mut Outgoing {
                    session,
                    stream,
                    head,
                });
                answer::streamed(session, stream, head, outcome, pipe.finish())
            }
        };
        self.ending(session, stream, ending);
    }

    /// Remembers what is left of an answer, or that the answer is complete.
    fn ending(&mut self, session: &mut Session, stream: Stream, ending: Option<Ending>) {
        let state = ending.map_or(State::Over, State::Ending);
        let is_over = matches!(state, State::Over);
        if let Some(entry) = self.streams.get(stream) {
            *entry = state;
        } else if !is_over {
            self.streams.insert(stream, state);
        }
        if is_over && session.is_open(stream) {
            self.early.push(stream);
        }
    }

    fn lose(&mut self, running: &Running) {
        if let Some(pipe) = &running.pipe {
            pipe.lose();
        }
        self.calls.cancel(running.slot);
    }

    fn refuse(&mut self, session: &mut Session, stream: Stream, refusal: Refusal) {
        self.streams.insert(stream, State::Over);
        answer::refuse(session, stream, refusal);
        self.early.push(stream);
    }

    /// More of a request that has not begun. Most are complete with this.
    fn data_of_fresh(&mut self, session: &mut Session, stream: Stream, bytes: &[u8], end: bool) {
        let State::Head(mut fresh) = self.streams.take(stream) else {
            return;
        };
        let streams_requests = fresh.route.spec.shape.streams_requests();
        if end && !streams_requests {
            // In one frame, or with the end in a frame of its own behind it.
            let (body, first) = match fresh.piece.is_empty() {
                true => (bytes, true),
                false => (&fresh.piece[..], bytes.is_empty()),
            };
            if first && let Some(message) = framing::whole(body, self.limits.max_receive) {
                session.release(stream, body.len());
                let message = self.input.slice_ref(message);
                if self.turn.is_over() {
                    self.streams.insert(stream, State::Due(fresh, message));
                    self.due.push_back(stream);
                } else {
                    self.start_whole(session, stream, fresh, message);
                }
                return;
            }
        }
        if fresh.piece.is_empty() {
            fresh.piece = self.input.slice_ref(bytes);
            fresh.ended = end;
            if end || streams_requests {
                self.start_piped(session, stream, fresh);
            } else {
                self.streams.insert(stream, State::Head(fresh));
            }
        } else {
            self.start_piped(session, stream, fresh);
            self.data(session, stream, bytes, end);
        }
    }
}

impl<B, F> Handler for Engine<'_, B, F>
where
    B: FnMut(Start) -> F,
    F: Future<Output = Outcome>,
{
    fn resolve(&mut self, head: &Head<'_>) -> u64 {
        self.heads.resolve(self.door, head)
    }

    fn head(&mut self, session: &mut Session, stream: Stream, head: &Head<'_>, end: bool) {
        let (route, coding, metadata) = match self.heads.verdict(self.door, head) {
            Verdict::Call {
                route,
                coding,
                metadata,
            } => (route, coding, metadata),
            Verdict::Refused(refusal) => return self.refuse(session, stream, refusal),
        };
        let deadline = match timeout::read(head) {
            Ok(Some(Duration::ZERO)) => Err(guard::exceeded()),
            // A time that no clock reaches is no deadline.
            Ok(timeout) => Ok(timeout.and_then(|timeout| self.now.checked_add(timeout))),
            Err(status) => Err(status),
        };
        let deadline = match deadline {
            Ok(deadline) => deadline,
            Err(status) => return self.refuse(session, stream, Refusal::of(status)),
        };
        #[cfg_attr(not(feature = "tower"), allow(unused_mut))]
        let mut parts = Parts {
            metadata,
            deadline,
            peer: Some(self.peer.clone()),
            ..Parts::default()
        };
        #[cfg(feature = "tower")]
        if route.is_mounted() {
            super::tower::note_uri(&mut parts.extensions, head);
        }
        let fresh = Fresh {
            route,
            coding,
            parts,
            piece: Bytes::new(),
            ended: end,
        };
        self.streams.insert(stream, State::Head(fresh));
        self.fresh.push(stream);
    }

    fn data(&mut self, session: &mut Session, stream: Stream, bytes: &[u8], end: bool) {
        match self.streams.get(stream) {
            Some(State::Head(_)) => self.data_of_fresh(session, stream, bytes, end),
            Some(State::Running(Running {
                pipe: Some(pipe), ..
            })) => {
                pipe.push(bytes, || self.input.slice_ref(bytes));
                if end {
                    pipe.end();
                }
            }
            // Nobody wants it.
            _ => session.release(stream, bytes.len()),
        }
    }

    fn trailers(&mut self, session: &mut Session, stream: Stream, _: &Head<'_>) {
        // gRPC requests have none; their end is one.
        self.data(session, stream, &[], true);
    }

    fn reset(&mut self, _: &mut Session, stream: Stream, _: Reset) {
        if let State::Running(running) = self.streams.take(stream) {
            self.lose(&running);
        }
    }

    fn writable(&mut self, session: &mut Session, stream: Stream) {
        match self.streams.get(stream) {
            Some(State::Running(Running {
                head,
                pipe: Some(pipe),
                ..
            })) => {
                let head = *head;
                pipe.carry(&mut Outgoing {
                    session,
                    stream,
                    head,
                });
            }
            Some(State::Ending(_)) => {
                if let State::Ending(ending) = self.streams.take(stream) {
                    let ending = ending.proceed(session, stream);
                    self.ending(session, stream, ending);
                }
            }
            _ => {}
        }
    }
}
