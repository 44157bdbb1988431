//! How a call begins, goes on, and ends.

use std::future::Future;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use scaffold_http2::{Session, Stream};

use super::Engine;
use crate::Outcome;
use crate::request::Parts;
use crate::server::answer::{Answer, Ending};
use crate::server::exchange::Start;
use crate::server::guard;
use crate::server::heads::Refusal;
use crate::server::requests::Body;
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
            .then(|| self.limits.pipe());
        self.start(session, stream, fresh, Body::Message(message), pipe);
    }

    /// Begins the first of the requests that wait for their turn. `false` if
    /// none does.
    pub(super) fn begin_due(&mut self, session: &mut Session) -> bool {
        let Some(stream) = self.due.pop_front() else {
            return false;
        };
        if let Some(State::Due(_)) = self.streams.get(stream)
            && let State::Due(mut fresh) = self.streams.take(stream)
        {
            match fresh.deadline {
                // Nobody waits for it any more.
                Some(deadline) if deadline <= self.now => {
                    self.refuse(session, stream, Refusal::of(guard::exceeded()));
                }
                _ => {
                    let message = std::mem::take(&mut fresh.piece);
                    self.start_whole(session, stream, fresh, message);
                }
            }
        }
        true
    }

    /// Any other request.
    pub(super) fn start_piped(&mut self, session: &mut Session, stream: Stream, mut fresh: Fresh) {
        let pipe = self.limits.pipe();
        let piece = std::mem::take(&mut fresh.piece);
        pipe.push(&piece, || piece.clone());
        if fresh.ended {
            pipe.end();
        }
        let (shape, encoding) = (fresh.route.spec.shape, fresh.coding.requests);
        let body = self.limits.requests(&pipe, shape, encoding, self.now);
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
            metadata,
            deadline,
            ..
        } = fresh;
        let parts = Parts {
            metadata,
            deadline,
            peer: Some(self.peer.clone()),
            #[cfg(feature = "tower")]
            extensions: fresh.extensions,
            ..Parts::default()
        };
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
            is_stream: route.spec.shape.streams_responses(),
        };
        match self.poll_running(session, stream, &running, false) {
            Poll::Ready(outcome) => self.finish(session, stream, running, outcome),
            Poll::Pending => self.streams.insert(stream, State::Running(running)),
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
        if let Poll::Ready(outcome) = self.poll_running(session, stream, &running, fired) {
            self.finish(session, stream, running, outcome);
        }
    }

    /// Polls a call, and moves what it has sent. Ready with `None`, it was
    /// answered while it was under way, and is gone.
    pub(super) fn poll_running(
        &mut self,
        session: &mut Session,
        stream: Stream,
        running: &Running,
        fired: bool,
    ) -> Poll<Option<Outcome>> {
        self.turn.polls();
        let polled = self.calls.poll(running.slot, fired);
        if let Some(pipe) = &running.pipe {
            session.release(stream, pipe.take_consumed());
            if polled.is_pending()
                && !Answer::new(session, stream, self.limits.means()).carry(running.head, pipe)
            {
                self.lose(running);
                return Poll::Ready(None);
            }
        }
        polled.map(Some)
    }

    pub(super) fn finish(
        &mut self,
        session: &mut Session,
        stream: Stream,
        running: Running,
        outcome: Option<Outcome>,
    ) {
        let Running {
            head,
            pipe,
            is_stream,
            ..
        } = running;
        let mut answer = Answer::new(session, stream, self.limits.means());
        let ending = match (outcome, pipe) {
            (None, _) => None,
            (Some(outcome), None) => answer.single(head, outcome),
            (Some(outcome), Some(pipe)) => {
                let goes_on = answer.carry(head, &pipe);
                let rest = pipe.finish();
                goes_on
                    .then(|| answer.streamed(head, outcome, rest, is_stream))
                    .flatten()
            }
        };
        self.ending(session, stream, ending);
    }

    /// Remembers what is left of an answer, or that the answer is complete.
    pub(super) fn ending(&mut self, session: &mut Session, stream: Stream, ending: Option<Ending>) {
        if let Some(ending) = ending {
            self.streams.insert(stream, State::Ending(ending));
            return;
        }
        self.streams.close(stream);
        if session.is_open(stream) {
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
        let is_grpc = refusal.http == 200;
        Answer::new(session, stream, self.limits.means()).refuse(refusal);
        if is_grpc {
            self.streams.insert(stream, State::Over);
            self.early.push(stream);
            return;
        }
        self.streams.insert(stream, State::Refused(0));
        if session.is_open(stream)
            && let Some(oldest) = self.lingering.begin(stream, self.now)
        {
            session.hang_up(oldest);
        }
    }
}
