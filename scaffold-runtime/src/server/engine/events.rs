//! What a connection tells of its streams.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use scaffold_http2::{Handler, Head, Reset, Session, Stream};

use super::Engine;
#[cfg(feature = "tower")]
use crate::Extensions;
use crate::Outcome;
use crate::counters::Cause;
use crate::framing;
use crate::server::answer::Answer;
use crate::server::exchange::Start;
use crate::server::heads::{Refusal, Verdict};
use crate::server::streams::{Fresh, Running, State};
use crate::server::{guard, linger, timeout};

impl<'a, B, F> Engine<'a, B, F>
where
    B: FnMut(Start) -> F,
    F: Future<Output = Outcome>,
{
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
                // Behind those that came before it.
                if self.turn.is_over() || !self.due.is_empty() {
                    fresh.piece = message;
                    self.streams.insert(stream, State::Due(fresh));
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
                is_odd,
            } => {
                if is_odd {
                    self.limits.counters.count(Cause::ReservedMetadata);
                }
                (route, coding, metadata)
            }
            Verdict::Refused(refusal) => return self.refuse(session, stream, refusal),
        };
        // One at a time is for everybody: no connection can take all from others.
        if self.is_full && session.open_streams() > 1 {
            return self.refuse(session, stream, Refusal::of(guard::too_many()));
        }
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
        let mut fresh = Fresh {
            route,
            coding,
            metadata,
            deadline,
            #[cfg(feature = "tower")]
            extensions: Extensions::default(),
            piece: Bytes::new(),
            ended: end,
        };
        #[cfg(feature = "tower")]
        if route.is_mounted() {
            crate::server::tower::note_uri(&mut fresh.extensions, head);
        }
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
            Some(State::Refused(ignored)) => {
                *ignored += bytes.len();
                let enough = *ignored > linger::IGNORED;
                session.release(stream, bytes.len());
                if enough {
                    session.hang_up(stream);
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
                let mut answer = Answer::new(session, stream, self.limits.means());
                if !answer.carry(head, pipe)
                    && let State::Running(running) = self.streams.take(stream)
                {
                    self.lose(&running);
                    self.ending(session, stream, None);
                }
            }
            Some(State::Ending(_)) => {
                if let State::Ending(ending) = self.streams.take(stream) {
                    let mut answer = Answer::new(session, stream, self.limits.means());
                    let ending = ending.proceed(&mut answer);
                    self.ending(session, stream, ending);
                }
            }
            _ => {}
        }
    }
}
