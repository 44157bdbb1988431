//! The receiving half of a call: it waits for the head, cuts out messages, reads
//! the status, keeps the deadline, and starts the call again, once, when the
//! server surely did not process it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use tokio::time::Sleep;

use super::answer::{self, Announced, End};
use super::connection::Connection;
use super::head::{CallHead, deadline_exceeded};
use super::link::Link;
use super::open::{Opened, open};
use super::upload::Upload;
use crate::framing::Decoder;
use crate::transport::client::{Fault, FaultKind, PendingResponse, ResponseBody};
use crate::{Code, Metadata, Status};

/// The receiving half of one call.
pub(crate) struct Receiver {
    link: Arc<Link>,
    head: CallHead,
    requests: Requests,
    /// Whether it was started again: once is all.
    again: bool,
    phase: Phase,
    /// The connection of the current attempt.
    connection: Option<Connection>,
    decoder: Decoder,
    /// The encoding that the head names, if any: none was offered.
    encoding: Option<String>,
    metadata: Metadata,
    end: Option<End>,
    sleep: Option<Pin<Box<Sleep>>>,
}

/// What the call sends.
#[derive(Debug, Clone)]
pub(crate) enum Requests {
    /// One framed message, known from the start.
    One(Bytes),
    /// A stream.
    Many(Arc<Upload>),
}

enum Phase {
    Opening(Pin<Box<dyn Future<Output = Result<Opened, Status>> + Send>>),
    Head(PendingResponse),
    Body(ResponseBody),
    Trailers(ResponseBody),
    Ended,
}

// === impl Receiver ===

impl Receiver {
    pub(super) fn new(
        link: Arc<Link>,
        head: CallHead,
        requests: Requests,
        sleep: Option<Pin<Box<Sleep>>>,
        opened: Opened,
    ) -> Self {
        let decoder = Decoder::new(link.config.max_receive_message_size, None);
        let mut receiver = Self {
            link,
            head,
            requests,
            again: false,
            phase: Phase::Ended,
            connection: None,
            decoder,
            encoding: None,
            metadata: Metadata::new(),
            end: None,
            sleep,
        };
        receiver.opened(opened);
        receiver
    }

    /// Waits for the head; the status, if the call ends with it.
    pub(crate) fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Status>> {
        loop {
            match &mut self.phase {
                Phase::Opening(opening) => match opening.as_mut().poll(cx) {
                    Poll::Ready(Ok(opened)) => self.opened(opened),
                    Poll::Ready(Err(status)) => self.fail(status),
                    Poll::Pending => return self.poll_deadline(cx),
                },
                Phase::Head(pending) => match pending.poll_head(cx) {
                    Poll::Ready(Ok((head, body))) => self.announced(answer::announced(head), body),
                    Poll::Ready(Err(fault)) => self.head_fault(&fault),
                    Poll::Pending => return self.poll_deadline(cx),
                },
                Phase::Body(_) | Phase::Trailers(_) => return Poll::Ready(Ok(())),
                Phase::Ended => return Poll::Ready(self.result()),
            }
        }
    }

    /// Waits for the next message; `None` at the end. An end repeats.
    pub(crate) fn poll_message(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, Status>> {
        ready!(self.poll_head(cx))?;
        // A server that never stops must not keep a call beyond its deadline.
        if self
            .head
            .deadline
            .is_some_and(|deadline| deadline <= crate::clock::now())
            && !self.is_ended()
        {
            self.fail(deadline_exceeded());
        }
        loop {
            match &mut self.phase {
                Phase::Body(body) => {
                    match self.decoder.next() {
                        Ok(Some(message)) => return Poll::Ready(Ok(Some(message))),
                        Ok(None) => {}
                        Err(status) => {
                            let status = self.name_encoding(status);
                            self.fail(status);
                            continue;
                        }
                    }
                    match body.poll_data(cx) {
                        Poll::Ready(Some(Ok(chunk))) => self.decoder.push(chunk),
                        Poll::Ready(Some(Err(fault))) => self.fault(&fault),
                        Poll::Ready(None) => self.body_ended(),
                        Poll::Pending => {
                            ready!(self.poll_deadline(cx))?;
                        }
                    }
                }
                Phase::Trailers(body) => match body.poll_trailers(cx) {
                    Poll::Ready(Ok(trailers)) => self.trailers_came(trailers),
                    Poll::Ready(Err(fault)) => self.fault(&fault),
                    Poll::Pending => {
                        ready!(self.poll_deadline(cx))?;
                    }
                },
                _ => return Poll::Ready(self.result().map(|()| None)),
            }
        }
    }

    /// Moves the call along while only its sending half is used: starts again
    /// what was refused, and keeps the deadline.
    pub(crate) fn poll_progress(&mut self, cx: &mut Context<'_>) {
        if self.poll_head(cx).is_ready() && !self.is_ended() {
            let _ = self.poll_deadline::<()>(cx);
        }
    }

    /// Ends the call from this side: the stream is reset with CANCEL.
    pub(crate) fn fail(&mut self, status: Status) {
        self.phase = Phase::Ended;
        if let Requests::Many(upload) = &self.requests {
            upload.cancel();
        }
        self.finish((Metadata::new(), Err(status)));
    }

    pub(crate) fn is_ended(&self) -> bool {
        matches!(self.phase, Phase::Ended)
    }

    /// Whether the head is there, or the call has ended without one.
    pub(crate) fn has_head(&self) -> bool {
        matches!(
            self.phase,
            Phase::Body(_) | Phase::Trailers(_) | Phase::Ended
        )
    }

    /// The initial metadata; empty until the head is there.
    pub(crate) fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The trailers, once the call has ended.
    pub(crate) fn trailers(&self) -> Option<&Metadata> {
        self.end.as_ref().map(|(trailers, _)| trailers)
    }

    pub(crate) fn requests(&self) -> &Requests {
        &self.requests
    }

    fn result(&self) -> Result<(), Status> {
        self.end
            .as_ref()
            .map_or(Ok(()), |(_, result)| result.clone())
    }

    fn opened(&mut self, (connection, mut body, response): Opened) {
        self.phase = Phase::Head(response);
        match &self.requests {
            // A fault shows in the response as well.
            Requests::One(frame) => drop(body.send(frame.clone(), true)),
            Requests::Many(upload) => upload.start(body, connection.clone()),
        }
        self.connection = Some(connection);
    }

    fn announced(&mut self, announced: Announced, body: ResponseBody) {
        if let Requests::Many(upload) = &self.requests {
            upload.commit();
        }
        match announced {
            Announced::End { trailers, result } => self.finish((trailers, result)),
            Announced::Messages { metadata, encoding } => {
                self.metadata = metadata;
                self.encoding = encoding;
                self.phase = Phase::Body(body);
            }
        }
    }

    fn head_fault(&mut self, fault: &Fault) {
        let again = !self.again && answer::is_unprocessed(fault) && self.requests.can_start_again();
        if !again {
            return self.fault(fault);
        }
        self.again = true;
        if let (Some(connection), FaultKind::GoneAway) = (&self.connection, fault.kind) {
            self.link.lost(connection.id());
        }
        let (link, head) = (self.link.clone(), self.head.clone());
        self.phase = Phase::Opening(Box::pin(async move { open(&link, &head).await }));
    }

    /// A frame that is broken because it is compressed is better told so.
    fn name_encoding(&self, status: Status) -> Status {
        match &self.encoding {
            Some(encoding) if status.code() == Code::Internal => Status::internal(format!(
                "the answer uses grpc-encoding {encoding:?}, which was not offered"
            )),
            _ => status,
        }
    }

    fn body_ended(&mut self) {
        if let Phase::Body(body) = std::mem::replace(&mut self.phase, Phase::Ended) {
            self.phase = Phase::Trailers(body);
        }
    }

    fn trailers_came(&mut self, trailers: Option<Metadata>) {
        let (trailers, mut result) = answer::end(trailers);
        if result.is_ok() && !self.decoder.is_between_messages() {
            result = Err(Status::internal(
                "the server ended the call within a message",
            ));
        }
        self.finish((trailers, result));
    }

    fn fault(&mut self, fault: &Fault) {
        let late = self
            .head
            .deadline
            .is_some_and(|deadline| deadline <= crate::clock::now());
        let status = match &self.connection {
            // A server that keeps the deadline may be faster to reset than we
            // are to notice: it is the same end.
            _ if late => deadline_exceeded(),
            Some(connection) => answer::fault(fault, connection),
            None => Status::unavailable(fault.text.clone()),
        };
        self.finish((Metadata::new(), Err(status)));
    }

    fn finish(&mut self, end: End) {
        // Dropping the halves of the stream resets it if it is not over.
        self.phase = Phase::Ended;
        if let Requests::Many(upload) = &self.requests {
            upload.close();
        }
        self.connection = None;
        self.sleep = None;
        self.end = Some(end);
    }

    /// Ready with `DEADLINE_EXCEEDED` when the time is over, never ready otherwise.
    fn poll_deadline<T>(&mut self, cx: &mut Context<'_>) -> Poll<Result<T, Status>> {
        let Some(sleep) = &mut self.sleep else {
            return Poll::Pending;
        };
        ready!(sleep.as_mut().poll(cx));
        self.fail(deadline_exceeded());
        Poll::Ready(Err(deadline_exceeded()))
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // Nobody waits for the answer: the server need not work on it. For a
        // call with one request, dropping the response's half does the same.
        if let (false, Requests::Many(upload)) = (self.is_ended(), &self.requests) {
            upload.cancel();
        }
    }
}

// === impl Requests ===

impl Requests {
    fn can_start_again(&self) -> bool {
        match self {
            Self::One(_) => true,
            Self::Many(upload) => upload.can_start_again(),
        }
    }
}

impl std::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receiver")
            .field("path", &self.head.path)
            .field("phase", &self.phase)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Opening(_) => "Opening",
            Self::Head(_) => "Head",
            Self::Body(_) => "Body",
            Self::Trailers(_) => "Trailers",
            Self::Ended => "Ended",
        })
    }
}
