//! How a call ends, as frames.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use scaffold_http2::{ErrorCode, Field, Indexing, SendError, Session, Stream, Template};

use super::coding::plain_head;
use super::end::{End, no_response};
use super::head;
use super::heads::Refusal;
use crate::counters::Counters;
use crate::pool::Budget;
use crate::stream::{Outbound, Pipe, Rest, Taken};
use crate::{Code, Metadata, Outcome, Status};

/// The type of answers to requests that are not gRPC: a sentence for whoever
/// sent them.
pub(super) const PLAIN: &str = "text/plain; charset=utf-8";

/// Heads of answers that are not gRPC's, and trailers.
struct Templates {
    method_not_allowed: Template,
    unsupported_media_type: Template,
    success: Template,
    nothing: Template,
}

static TEMPLATES: LazyLock<Option<Templates>> = LazyLock::new(|| {
    let insert = |name, value| Field::new(name, value).indexing(Indexing::Insert);
    let head = |status| {
        let content_type = insert("content-type", PLAIN);
        Template::new(&[Field::new(":status", status), content_type]).ok()
    };
    Some(Templates {
        method_not_allowed: head("405")?,
        unsupported_media_type: head("415")?,
        success: Template::new(&[insert("grpc-status", "0")]).ok()?,
        nothing: Template::new(&[]).ok()?,
    })
});

/// Pieces that [`Session::send_bytes`] copies.
pub(super) const COPIED: usize = 4 << 10;

/// What answers need of their server.
#[derive(Clone, Copy)]
pub(super) struct Means<'a> {
    /// What answers that wait are charged to.
    pub(super) budget: &'a Arc<Budget>,
    /// What refusals are counted in.
    pub(super) counters: &'a Counters,
}

/// The end of a response that waits for room.
pub(super) struct Ending {
    pieces: VecDeque<Bytes>,
    result: Result<(), Status>,
    trailers: Metadata,
}

/// The way of one answer to its stream.
pub(super) struct Answer<'a> {
    session: &'a mut Session,
    stream: Stream,
    means: Means<'a>,
}

/// A pipe's way to its stream.
struct Outgoing<'a, 'b> {
    answer: &'a mut Answer<'b>,
    /// The head, if one is to be sent.
    head: &'static Template,
    /// The call was answered with an error in place of what the pipe has.
    over: bool,
}

// === impl Answer ===

impl<'a> Answer<'a> {
    pub(super) fn new(session: &'a mut Session, stream: Stream, means: Means<'a>) -> Answer<'a> {
        Answer {
            session,
            stream,
            means,
        }
    }

    /// Moves what a handler sent to its stream, as far as there is room. `false`
    /// if its call was ended by that: the client takes no head with its metadata.
    pub(super) fn carry(&mut self, head: &'static Template, pipe: &Pipe) -> bool {
        let mut out = Outgoing {
            answer: self,
            head,
            over: false,
        };
        pipe.carry(&mut out);
        !out.over
    }

    /// Answers a request that is no call.
    pub(super) fn refuse(&mut self, refusal: Refusal) {
        let Refusal {
            http,
            status,
            metadata,
        } = refusal;
        self.means.counters.count_status(&status);
        let Some(templates) = &*TEMPLATES else { return };
        let plain = match http {
            405 => &templates.method_not_allowed,
            415 => &templates.unsupported_media_type,
            _ => {
                let code = status.code();
                let mut all = head::trailers(Err(status), Metadata::new());
                all.extend(metadata);
                return self.alone(&all, code);
            }
        };
        let text = status.message().as_bytes();
        let (session, stream) = (&mut *self.session, self.stream);
        let sent = with_fields(&metadata, |fields| {
            session.send_headers(stream, plain, fields, text.is_empty())
        });
        if sent.is_ok() && !text.is_empty() {
            // Where even this does not fit, the HTTP status has to do.
            if session.send_data(stream, text, true) == Err(SendError::Full) {
                let _ = session.send_data(stream, &[], true);
            }
        }
        give_up_on(sent, session, stream);
    }

    /// Ends a call without a pipe: with a message, or with trailers alone. What
    /// does not fit is left.
    pub(super) fn single(&mut self, head: &'static Template, outcome: Outcome) -> Option<Ending> {
        let (result, metadata, trailers, reply) = outcome.into_parts();
        let frame = match result.and_then(|()| reply.ok_or_else(no_response)) {
            Ok(frame) => frame,
            Err(status) => {
                self.trailers_only(status, &metadata, trailers);
                return None;
            }
        };
        if metadata.is_empty()
            && trailers.is_empty()
            && let Some(templates) = &*TEMPLATES
        {
            let (session, end) = (&mut *self.session, &templates.success);
            if session.send_whole(self.stream, head, frame.as_slice(), end) == Ok(()) {
                return None;
            }
        }
        if let Err(status) = self.head(head, &metadata) {
            self.trailers_only(status, &Metadata::new(), trailers);
            return None;
        }
        if self.copy(frame.as_slice()) {
            self.end(Ok(()), trailers);
            return None;
        }
        let mut pieces = VecDeque::new();
        let taken = frame.into_bytes_within(self.means.budget);
        let ending = Ending {
            result: taken.map(|piece| pieces.push_back(piece)),
            pieces,
            trailers,
        };
        ending.proceed(self)
    }

    /// Ends a call with a pipe. `is_stream` says that its method may answer
    /// without a message.
    pub(super) fn streamed(
        &mut self,
        head: &'static Template,
        outcome: Outcome,
        rest: Rest,
        is_stream: bool,
    ) -> Option<Ending> {
        match End::of(outcome, rest, self.means.budget, is_stream) {
            End::Alone {
                status,
                initial,
                trailers,
            } => self.trailers_only(status, &initial, trailers),
            End::Rest {
                initial,
                pieces,
                result,
                trailers,
            } => {
                if let Some(initial) = initial
                    && let Err(status) = self.head(head, &initial)
                {
                    self.trailers_only(status, &Metadata::new(), trailers);
                    return None;
                }
                let ending = Ending {
                    pieces,
                    result,
                    trailers,
                };
                return ending.proceed(self);
            }
        }
        None
    }

    /// Sends the head of a response with messages.
    ///
    /// # Errors
    ///
    /// `INTERNAL` if its metadata is more than may be sent, and nothing is sent.
    fn head(&mut self, template: &Template, metadata: &Metadata) -> Result<(), Status> {
        let (session, stream) = (&mut *self.session, self.stream);
        let sent = if metadata.is_empty() {
            session.send_headers(stream, template, &[], false)
        } else {
            with_fields(&head::user(metadata), |fields| {
                session.send_headers(stream, template, fields, false)
            })
        };
        match sent {
            Err(SendError::Field) => Err(Status::internal(
                "the response's metadata is longer than the client takes",
            )),
            // Of a stream that is over, nobody wants to know more.
            _ => Ok(()),
        }
    }

    /// Sends a short piece by copying it, now or never; says which.
    fn copy(&mut self, bytes: &[u8]) -> bool {
        self.session.capacity(self.stream) >= bytes.len()
            && self.session.send_data(self.stream, bytes, false).is_ok()
    }

    /// Answers with an error and nothing else.
    fn trailers_only(&mut self, status: Status, metadata: &Metadata, trailers: Metadata) {
        let code = status.code();
        self.means.counters.count_status(&status);
        let mut all = head::user(metadata);
        all.extend(head::trailers(Err(status), trailers));
        self.alone(&all, code);
    }

    /// Sends a head that ends the stream.
    fn alone(&mut self, fields: &Metadata, code: Code) {
        if let Some(template) = plain_head() {
            self.last(fields, code, |session, stream, fields| {
                session.send_headers(stream, template, fields, true)
            });
        }
    }

    /// Sends the trailers, behind everything else.
    fn end(&mut self, result: Result<(), Status>, trailers: Metadata) {
        let Some(templates) = &*TEMPLATES else { return };
        let code = match &result {
            Ok(()) if trailers.is_empty() => {
                let (session, stream) = (&mut *self.session, self.stream);
                let sent = session.send_trailers(stream, &templates.success, &[]);
                return give_up_on(sent, session, stream);
            }
            Ok(()) => Code::Ok,
            Err(status) => {
                self.means.counters.count_status(status);
                status.code()
            }
        };
        let all = head::trailers(result, trailers);
        self.last(&all, code, |session, stream, fields| {
            session.send_trailers(stream, &templates.nothing, fields)
        });
    }

    /// Sends what ends the stream; if that is more than the client takes, the
    /// bare code in its place.
    fn last(
        &mut self,
        fields: &Metadata,
        code: Code,
        send: impl Fn(&mut Session, Stream, &[Field<'_>]) -> Result<(), SendError>,
    ) {
        let (session, stream) = (&mut *self.session, self.stream);
        let mut sent = with_fields(fields, |fields| send(session, stream, fields));
        if sent == Err(SendError::Field) {
            let bare = head::trailers(Err(head::too_long(code)), Metadata::new());
            sent = with_fields(&bare, |fields| send(session, stream, fields));
        }
        give_up_on(sent, session, stream);
    }
}

/// Ends a stream whose client takes not even the shortest end. That a client is
/// gone is no matter.
fn give_up_on(sent: Result<(), SendError>, session: &mut Session, stream: Stream) {
    if sent == Err(SendError::Field) {
        let _ = session.reset(stream, ErrorCode::INTERNAL_ERROR);
    }
}

// === impl Ending ===

impl Ending {
    /// Sends what there is room for; the rest is left.
    pub(super) fn proceed(mut self, answer: &mut Answer<'_>) -> Option<Ending> {
        while let Some(piece) = self.pieces.front() {
            match answer
                .session
                .send_bytes(answer.stream, piece.clone(), false)
            {
                Ok(()) => drop(self.pieces.pop_front()),
                Err(SendError::Full) => return Some(self),
                Err(_) => return None,
            }
        }
        answer.end(self.result, self.trailers);
        None
    }
}

// === impl Outgoing ===

impl Outbound for Outgoing<'_, '_> {
    fn head(&mut self, metadata: Metadata) -> bool {
        if let Err(status) = self.answer.head(self.head, &metadata) {
            // The messages behind it cannot do without: the call is over.
            let nothing = Metadata::new();
            self.answer.trailers_only(status, &nothing, Metadata::new());
            self.over = true;
        }
        !self.over
    }

    fn copy(&mut self, bytes: &[u8]) -> bool {
        self.answer.copy(bytes)
    }

    fn piece(&mut self, bytes: &Bytes) -> Taken {
        let Answer {
            session, stream, ..
        } = &mut *self.answer;
        // What is short is copied there, and costs nobody what it is charged
        // here: one such piece may wait, and what is behind it waits with us.
        if bytes.len() < COPIED && session.waits(*stream) {
            session.want_room(*stream);
            return Taken::NotNow;
        }
        match session.send_bytes(*stream, bytes.clone(), false) {
            Ok(()) => Taken::Yes,
            Err(SendError::Full) => Taken::NotNow,
            Err(_) => Taken::Gone,
        }
    }
}

fn with_fields<R>(metadata: &Metadata, send: impl FnOnce(&[Field<'_>]) -> R) -> R {
    if metadata.is_empty() {
        return send(&[]);
    }
    let fields: Vec<_> = metadata.fields().collect();
    send(&fields)
}
