//! How a call ends, as frames.

use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use scaffold_http2::{ErrorCode, Field, Indexing, SendError, Session, Stream, Template};

use super::head;
use super::heads::Refusal;
use crate::pool::Budget;
use crate::stream::{Outbound, Pipe, Rest, Taken};
use crate::{Metadata, Outcome, Status};

/// The type of answers to requests that are not gRPC: a sentence for whoever
/// sent them.
pub(super) const PLAIN: &str = "text/plain; charset=utf-8";

/// The heads and trailers that most calls share.
struct Templates {
    ok: Template,
    method_not_allowed: Template,
    unsupported_media_type: Template,
    success: Template,
    nothing: Template,
}

static TEMPLATES: LazyLock<Option<Templates>> = LazyLock::new(|| {
    let insert = |name, value| Field::new(name, value).indexing(Indexing::Insert);
    let head = |status, content_type| {
        let content_type = insert("content-type", content_type);
        Template::new(&[Field::new(":status", status), content_type]).ok()
    };
    Some(Templates {
        ok: head("200", "application/grpc")?,
        method_not_allowed: head("405", PLAIN)?,
        unsupported_media_type: head("415", PLAIN)?,
        success: Template::new(&[insert("grpc-status", "0")]).ok()?,
        nothing: Template::new(&[]).ok()?,
    })
});

/// The end of a response that waits for room.
pub(super) struct Ending {
    pieces: VecDeque<Bytes>,
    result: Result<(), Status>,
    trailers: Metadata,
}

/// A pipe's way to its stream.
struct Outgoing<'a> {
    session: &'a mut Session,
    stream: Stream,
    /// The head, if one is to be sent.
    head: &'static Template,
    /// The call was answered with an error in place of what the pipe has.
    over: bool,
}

/// Moves what a handler sent to its stream, as far as there is room. `false`
/// if its call was ended by that: the client takes no head with its metadata.
pub(super) fn carry(
    session: &mut Session,
    stream: Stream,
    head: &'static Template,
    pipe: &Pipe,
) -> bool {
    let mut out = Outgoing {
        session,
        stream,
        head,
        over: false,
    };
    pipe.carry(&mut out);
    !out.over
}

/// Answers a request that is no call.
pub(super) fn refuse(session: &mut Session, stream: Stream, refusal: Refusal) {
    let Refusal {
        http,
        status,
        metadata,
    } = refusal;
    let Some(templates) = &*TEMPLATES else { return };
    let plain = match http {
        405 => &templates.method_not_allowed,
        415 => &templates.unsupported_media_type,
        _ => {
            let mut headers = head::trailers(Err(status), Metadata::new());
            headers.extend(metadata);
            let sent = with_fields(&headers, |fields| {
                session.send_headers(stream, &templates.ok, fields, true)
            });
            return give_up_on(sent, session, stream);
        }
    };
    let text = status.message().as_bytes();
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

/// Ends a stream whose client takes not even the shortest end. That a client is
/// gone is no matter.
fn give_up_on(sent: Result<(), SendError>, session: &mut Session, stream: Stream) {
    if sent == Err(SendError::Field) {
        let _ = session.reset(stream, ErrorCode::INTERNAL_ERROR);
    }
}

/// Ends a call without a pipe: with a message, or with trailers alone. What
/// does not fit is left.
pub(super) fn single(
    session: &mut Session,
    stream: Stream,
    head: &'static Template,
    outcome: Outcome,
    budget: &Arc<Budget>,
) -> Option<Ending> {
    let (result, metadata, trailers, reply) = outcome.into_parts();
    let frame = match (result, reply) {
        (Ok(()), Some(frame)) => frame,
        (Ok(()), None) => {
            let status = Status::internal("an interceptor claimed success without a response");
            return trailers_only(session, stream, status, metadata, trailers);
        }
        (Err(status), _) => {
            return trailers_only(session, stream, status, metadata, trailers);
        }
    };
    if let Err(status) = response_head(session, stream, head, &metadata) {
        return trailers_only(session, stream, status, Metadata::new(), trailers);
    }
    let mut out = Outgoing {
        session,
        stream,
        head,
        over: false,
    };
    if out.copy(frame.as_slice()) {
        end(session, stream, Ok(()), trailers);
        return None;
    }
    let mut pieces = VecDeque::new();
    let taken = frame.into_bytes_within(budget);
    let ending = Ending {
        result: taken.map(|piece| pieces.push_back(piece)),
        pieces,
        trailers,
    };
    ending.proceed(session, stream)
}

/// Ends a call with a pipe.
pub(super) fn streamed(
    session: &mut Session,
    stream: Stream,
    head: &'static Template,
    outcome: Outcome,
    rest: Rest,
    budget: &Arc<Budget>,
) -> Option<Ending> {
    let (mut result, metadata, trailers, reply) = outcome.into_parts();
    let mut all = rest.trailers;
    all.extend(trailers);
    let mut pieces = rest.queue;
    // A method with one response and a pipe for its requests.
    if result.is_ok()
        && let Some(frame) = reply
    {
        match frame.into_bytes_within(budget) {
            Ok(piece) => pieces.push_back(piece),
            Err(status) => result = Err(status),
        }
    }
    if !rest.has_head {
        let mut initial = rest.metadata;
        initial.extend(metadata);
        if pieces.is_empty()
            && let Err(status) = result
        {
            return trailers_only(session, stream, status, initial, all);
        }
        if let Err(status) = response_head(session, stream, head, &initial) {
            return trailers_only(session, stream, status, Metadata::new(), all);
        }
    }
    let ending = Ending {
        pieces,
        result,
        trailers: all,
    };
    ending.proceed(session, stream)
}

// === impl Ending ===

impl Ending {
    /// Sends what there is room for; the rest is left.
    pub(super) fn proceed(mut self, session: &mut Session, stream: Stream) -> Option<Ending> {
        while let Some(piece) = self.pieces.front() {
            match session.send_bytes(stream, piece.clone(), false) {
                Ok(()) => drop(self.pieces.pop_front()),
                Err(SendError::Full) => return Some(self),
                Err(_) => return None,
            }
        }
        end(session, stream, self.result, self.trailers);
        None
    }
}

// === impl Outgoing ===

impl Outbound for Outgoing<'_> {
    fn head(&mut self, metadata: Metadata) -> bool {
        if let Err(status) = response_head(self.session, self.stream, self.head, &metadata) {
            // The messages behind it cannot do without: the call is over.
            let nothing = Metadata::new();
            trailers_only(self.session, self.stream, status, nothing.clone(), nothing);
            self.over = true;
        }
        !self.over
    }

    fn copy(&mut self, bytes: &[u8]) -> bool {
        self.session.capacity(self.stream) >= bytes.len()
            && self.session.send_data(self.stream, bytes, false).is_ok()
    }

    fn piece(&mut self, bytes: &Bytes) -> Taken {
        match self.session.send_bytes(self.stream, bytes.clone(), false) {
            Ok(()) => Taken::Yes,
            Err(SendError::Full) => Taken::NotNow,
            Err(_) => Taken::Gone,
        }
    }
}

/// Sends the head of a response with messages.
///
/// # Errors
///
/// `INTERNAL` if its metadata is more than may be sent, and nothing is sent.
fn response_head(
    session: &mut Session,
    stream: Stream,
    template: &Template,
    metadata: &Metadata,
) -> Result<(), Status> {
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

/// Answers with an error and nothing else.
fn trailers_only(
    session: &mut Session,
    stream: Stream,
    status: Status,
    metadata: Metadata,
    trailers: Metadata,
) -> Option<Ending> {
    if let Some(templates) = &*TEMPLATES {
        let code = status.code();
        let mut all = head::user(&metadata);
        all.extend(head::trailers(Err(status), trailers));
        let sent = with_fields(&all, |fields| {
            session.send_headers(stream, &templates.ok, fields, true)
        });
        if sent == Err(SendError::Field) {
            let bare = head::trailers(Err(head::too_long(code)), Metadata::new());
            let sent = with_fields(&bare, |fields| {
                session.send_headers(stream, &templates.ok, fields, true)
            });
            give_up_on(sent, session, stream);
        }
    }
    None
}

/// Sends the trailers, behind everything else.
fn end(session: &mut Session, stream: Stream, result: Result<(), Status>, trailers: Metadata) {
    let Some(templates) = &*TEMPLATES else { return };
    if result.is_ok() && trailers.is_empty() {
        let sent = session.send_trailers(stream, &templates.success, &[]);
        return give_up_on(sent, session, stream);
    }
    let code = result
        .as_ref()
        .map_or_else(Status::code, |()| crate::Code::Ok);
    let all = head::trailers(result, trailers);
    let sent = with_fields(&all, |fields| {
        session.send_trailers(stream, &templates.nothing, fields)
    });
    if sent == Err(SendError::Field) {
        let bare = head::trailers(Err(head::too_long(code)), Metadata::new());
        let sent = with_fields(&bare, |fields| {
            session.send_trailers(stream, &templates.nothing, fields)
        });
        give_up_on(sent, session, stream);
    }
}

fn with_fields<R>(metadata: &Metadata, send: impl FnOnce(&[Field<'_>]) -> R) -> R {
    if metadata.is_empty() {
        return send(&[]);
    }
    let fields: Vec<_> = metadata.fields().collect();
    send(&fields)
}
