//! How a call begins, goes on, and ends.

use std::future::Future;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use scaffold_http2::{Session, Stream};

use super::Engine;
use crate::Outcome;
use crate::framing::Decoder;
use crate::server::answer::{self, Ending, Outgoing};
use crate::server::exchange::Start;
use crate::server::heads::Refusal;
use crate::server::requests::{Body, Requests};
use crate::server::streams::{Fresh, Running, State};
use crate::stream::Pipe;

impl<'a, B, F> Engine<'a, B, F>
where
    B: FnMut(Start) -> F,
    F: Future<Output = Outcome>,
{
    /// A request that is one message.
    pub(super) fn start_whole(
        &mut self,
        session: &mut Session,
        stream: Stream,
        fresh: Fresh,
        message: Bytes,
    ) {
        let pipe = fresh
            .route
            .spec
            .shape
            .streams_responses()
            .then(|| Pipe::new(self.limits.pipe_room));
        self.start(session, stream, fresh, Body::Message(message), pipe);
    }

    /// Any other request.
    pub(super) fn start_piped(&mut self, session: &mut Session, stream: Stream, mut fresh: Fresh) {
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

    pub(super) fn start(
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
    pub(super) fn poll_call(&mut self, session: &mut Session, slot: usize, fired: bool) {
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

    pub(super) fn poll_running(
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

    pub(super) fn finish(
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
    pub(super) fn ending(&mut self, session: &mut Session, stream: Stream, ending: Option<Ending>) {
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

    pub(super) fn lose(&mut self, running: &Running) {
        if let Some(pipe) = &running.pipe {
            pipe.lose();
        }
        self.calls.cancel(running.slot);
    }

    pub(super) fn refuse(&mut self, session: &mut Session, stream: Stream, refusal: Refusal) {
        self.streams.insert(stream, State::Over);
        answer::refuse(session, stream, refusal);
        self.early.push(stream);
    }
}
