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
use super::engine::{self, Call, Event, Frame};
use super::head::{CallHead, deadline_exceeded};
use super::link::Link;
use super::open::open;
use super::runtime;
use super::upload::Upload;
use crate::framing::Decoder;
use crate::{Code, Encoding, Metadata, Status};

/// The receiving half of one call.
pub(crate) struct Receiver {
    link: Arc<Link>,
    head: CallHead,
    requests: Requests,
    /// Whether it was started again: once is all.
    again: bool,
    phase: Phase,
    decoder: Decoder,
    /// The encoding that the head names, if it is one that was not offered.
    foreign: Option<String>,
    metadata: Metadata,
    end: Option<End>,
    sleep: Option<Pin<Box<Sleep>>>,
}

/// What the call sends.
#[derive(Debug, Clone)]
pub(crate) enum Requests {
    /// One framed message; `None` if it cannot be sent again.
    One(Option<Bytes>),
    /// A stream.
    Many(Arc<Upload>),
}

type Opening = Pin<Box<dyn Future<Output = Result<Call, Status>> + Send>>;

enum Phase {
    Opening(Opening),
    Head(Call),
    Body(Call),
    Ended,
}

// === impl Receiver ===

impl Receiver {
    /// The receiving half of a call that has a stream.
    pub(super) fn new(link: Arc<Link>, head: CallHead, requests: Requests, call: Call) -> Self {
        let decoder = Decoder::new(link.config.max_receive_message_size, None);
        let mut receiver = Self {
            link,
            head,
            requests,
            again: false,
            phase: Phase::Ended,
            decoder,
            foreign: None,
            metadata: Metadata::new(),
            end: None,
            sleep: None,
        };
        receiver.opened(call);
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
                Phase::Head(call) => match call.poll_event(cx) {
                    Poll::Ready(event) => self.event(event),
                    Poll::Pending => return self.poll_deadline(cx),
                },
                Phase::Body(_) => return Poll::Ready(Ok(())),
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
        if self.head.is_late() && !self.is_ended() {
            self.fail(deadline_exceeded());
        }
        loop {
            let Phase::Body(call) = &mut self.phase else {
                return Poll::Ready(self.result().map(|()| None));
            };
            match self.decoder.next() {
                Ok(Some(message)) => return Poll::Ready(Ok(Some(message))),
                Ok(None) => {}
                Err(status) => {
                    let status = self.name_encoding(status).of_another();
                    self.fail(status);
                    continue;
                }
            }
            match call.poll_event(cx) {
                Poll::Ready(event) => self.event(event),
                Poll::Pending => {
                    ready!(self.poll_deadline(cx))?;
                }
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
        self.finish((Metadata::new(), Err(status)));
    }

    pub(crate) fn is_ended(&self) -> bool {
        matches!(self.phase, Phase::Ended)
    }

    /// Whether the head is there, or the call has ended without one.
    pub(crate) fn has_head(&self) -> bool {
        matches!(self.phase, Phase::Body(_) | Phase::Ended)
    }

    /// Whether the last message was compressed.
    pub(crate) fn was_compressed(&self) -> bool {
        self.decoder.was_compressed()
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

    fn opened(&mut self, call: Call) {
        if let Requests::Many(upload) = &self.requests {
            upload.start(call.connection().clone(), call.key());
        }
        self.phase = Phase::Head(call);
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Head(announcement) => self.began(announcement),
            Event::Data(bytes) => self.decoder.push(bytes),
            Event::End(end) => self.ended(end),
        }
    }

    fn began(&mut self, announcement: Option<Box<engine::Announcement>>) {
        if let Requests::Many(upload) = &self.requests {
            upload.commit();
        }
        match announcement.map(|head| answer::announced(*head)) {
            None => {}
            Some(Announced::End { trailers, result }) => return self.finish((trailers, result)),
            Some(Announced::Messages { metadata, encoding }) => {
                self.metadata = metadata;
                self.encoded(encoding);
            }
        }
        if let Phase::Head(call) = std::mem::replace(&mut self.phase, Phase::Ended) {
            self.phase = Phase::Body(call);
        }
    }

    /// Takes note of the encoding of messages with the flag. One that was not
    /// offered is no fault as long as no message uses it.
    fn encoded(&mut self, name: Option<String>) {
        let config = &self.link.config;
        let offered = name
            .as_deref()
            .and_then(|name| Encoding::from_name(name.as_bytes()))
            .filter(|encoding| config.compression.accept.contains(*encoding));
        match offered {
            None => self.foreign = name,
            Some(encoding) => {
                let limit = config.max_receive_message_size;
                self.decoder = Decoder::new(limit, None).encoding(encoding);
            }
        }
    }

    fn ended(&mut self, end: engine::End) {
        let unheard = matches!(self.phase, Phase::Head(_));
        let again = unheard && !self.again && end.is_unprocessed();
        if again && let Some(opening) = self.requests.start_again(&self.link, &self.head) {
            self.again = true;
            self.phase = Phase::Opening(opening);
            return;
        }
        let (Phase::Head(call) | Phase::Body(call)) = &self.phase else {
            return;
        };
        let broken = matches!(end, engine::End::Reset(_) | engine::End::Lost);
        let (trailers, mut result) = answer::ended(end, call.connection());
        if broken && self.head.is_late() {
            // A server that keeps the deadline may be faster to reset than we
            // are to notice: it is the same end.
            result = Err(deadline_exceeded());
        } else if result.is_ok() && !self.decoder.is_between_messages() {
            result = Err(Status::internal(
                "the server ended the call within a message",
            ));
        }
        self.finish((trailers, result));
    }

    /// A frame that is broken because it is compressed is better told so.
    fn name_encoding(&self, status: Status) -> Status {
        match &self.foreign {
            Some(encoding) if status.code() == Code::Internal => Status::internal(format!(
                "the answer uses grpc-encoding {encoding:?}, which was not offered"
            )),
            _ => status,
        }
    }

    fn finish(&mut self, end: End) {
        // First the sending half, which knows the call by its key: dropping the
        // call gives the key to another, and resets a stream that is not over.
        if let Requests::Many(upload) = &self.requests {
            upload.close();
        }
        self.phase = Phase::Ended;
        self.sleep = None;
        self.end = Some(end);
    }

    /// Ready with `DEADLINE_EXCEEDED` when the time is over, never ready otherwise.
    fn poll_deadline<T>(&mut self, cx: &mut Context<'_>) -> Poll<Result<T, Status>> {
        let Some(deadline) = self.head.deadline else {
            return Poll::Pending;
        };
        let sleep = match &mut self.sleep {
            Some(sleep) => sleep,
            None => self.sleep.insert(Box::pin(runtime::sleep_until(deadline)?)),
        };
        ready!(sleep.as_mut().poll(cx));
        self.fail(deadline_exceeded());
        Poll::Ready(Err(deadline_exceeded()))
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // Nobody waits for the answer: the server need not work on it. The call
        // that is dropped next resets its stream.
        if let Requests::Many(upload) = &self.requests {
            upload.close();
        }
    }
}

// === impl Requests ===

impl Requests {
    /// Opens another stream for the same requests, if all of them can be sent
    /// again.
    fn start_again(&self, link: &Arc<Link>, head: &CallHead) -> Option<Opening> {
        let frame = match self {
            Self::One(frame) => Some(frame.clone()?),
            Self::Many(upload) if upload.can_start_again() => None,
            Self::Many(_) => return None,
        };
        let (link, head) = (link.clone(), head.clone());
        Some(Box::pin(async move {
            open(&link, &head, false, frame.as_ref().map(Frame::Encoded)).await
        }))
    }
}

impl std::fmt::Debug for Receiver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Receiver")
            .field("path", &self.head.path())
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
            Self::Ended => "Ended",
        })
    }
}
