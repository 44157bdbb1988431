//! A request's messages: one, or a stream.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::Bytes;
use prost::Message;

use super::guard;
use crate::counters::Cause;
use crate::framing::Decoder;
use crate::stream::{Pipe, Source};
use crate::{Metadata, Status};

/// A request's body.
pub(crate) enum Body {
    /// It has come, and is this message.
    Message(Bytes),
    /// It comes, or is something else than one message.
    Pipe(Box<Requests>),
}

/// A request's body as messages.
pub(crate) struct Requests {
    pipe: Arc<Pipe>,
    decoder: Decoder,
    /// When the one message must be there, of a method that takes one.
    due: Option<Instant>,
    /// Nothing more will come: the end, or an error, has been seen.
    ended: bool,
    received: Arc<AtomicU64>,
}

/// Reads the one message of a request that does not come whole.
pub(super) struct Single<M> {
    requests: Box<Requests>,
    message: Option<M>,
}

// === impl Body ===

impl Body {
    /// Reads the one message of a request; says whether it was compressed.
    ///
    /// # Errors
    ///
    /// `UNIMPLEMENTED` for none and, as soon as it begins, for a second
    /// (doc/statuscodes.md, "Request cardinality violation");
    /// `INVALID_ARGUMENT` for one that does not decode; `DEADLINE_EXCEEDED` for
    /// one that does not come in time.
    pub(super) async fn single<M: Message + Default>(self) -> Result<(M, bool), Status> {
        match self {
            Body::Message(message) => {
                let message = M::decode(message).map_err(undecodable)?;
                Ok((message, false))
            }
            Body::Pipe(requests) => {
                let mut single = Single::new(requests);
                poll_fn(|cx| single.poll(cx)).await
            }
        }
    }
}

// === impl Single ===

impl<M> Single<M> {
    pub(super) fn new(requests: Box<Requests>) -> Single<M> {
        Single {
            requests,
            message: None,
        }
    }
}

impl<M: Message + Default> Single<M> {
    /// The message, when it is sure that there is no other, and whether it came
    /// compressed.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(M, bool), Status>> {
        let due = self.requests.due;
        if guard::has_fired(due) {
            let status = Status::deadline_exceeded("the request's message did not come in time");
            return Poll::Ready(Err(status.because(Cause::SlowRequest)));
        }
        guard::watched(due, self.poll_whole(cx))
    }

    fn poll_whole(&mut self, cx: &mut Context<'_>) -> Poll<Result<(M, bool), Status>> {
        if self.message.is_none() {
            let Some(message) = ready!(self.requests.poll_frame(cx)).transpose()? else {
                let status =
                    Status::unimplemented("the method takes one message, the request has none");
                return Poll::Ready(Err(status.because(Cause::NoMessage)));
            };
            // Decoded before the end is seen: the decoder's charge covers the
            // message until it moves on.
            self.message = Some(M::decode(message).map_err(undecodable)?);
        }
        match ready!(self.requests.poll_frame(cx)).transpose()? {
            None => {
                let compressed = self.requests.decoder.was_compressed();
                let message = self.message.take().map(|message| (message, compressed));
                Poll::Ready(message.ok_or_else(|| Status::internal("the request was read twice")))
            }
            Some(_) => {
                let status =
                    Status::unimplemented("the method takes one message, the request has more");
                Poll::Ready(Err(status.because(Cause::TooManyMessages)))
            }
        }
    }
}

// === impl Requests ===

impl Requests {
    pub(crate) fn new(pipe: Arc<Pipe>, decoder: Decoder, due: Option<Instant>) -> Requests {
        Requests {
            pipe,
            decoder,
            due,
            ended: false,
            received: Arc::default(),
        }
    }

    /// What carries them, for who cuts messages out of it himself.
    #[cfg(feature = "tower")]
    pub(super) fn into_pipe(self) -> Arc<Pipe> {
        self.pipe
    }

    /// Counts the messages that are read.
    pub(super) fn received(&self) -> Arc<AtomicU64> {
        self.received.clone()
    }

    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Status>>> {
        loop {
            match self.decoder.next() {
                Ok(Some(message)) => return Poll::Ready(Some(Ok(message))),
                Ok(None) => {}
                Err(status) => return Poll::Ready(Some(Err(status))),
            }
            match ready!(self.pipe.poll_piece(cx)) {
                Some(Ok(piece)) => self.decoder.push(piece),
                Some(Err(broken)) => return Poll::Ready(Some(Err(broken.into()))),
                None if self.decoder.is_between_messages() => return Poll::Ready(None),
                None => {
                    let status = Status::internal("the request ends inside a message");
                    return Poll::Ready(Some(Err(status.because(Cause::CutShort))));
                }
            }
        }
    }
}

impl Source for Requests {
    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Status>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let message = ready!(self.poll_frame(cx));
        match &message {
            Some(Ok(_)) => {
                self.received.fetch_add(1, Ordering::Relaxed);
            }
            _ => self.ended = true,
        }
        Poll::Ready(message)
    }

    fn was_compressed(&self) -> bool {
        self.decoder.was_compressed()
    }

    fn take_trailers(&mut self) -> Metadata {
        // gRPC requests have none.
        Metadata::new()
    }
}

pub(super) fn undecodable(fault: prost::DecodeError) -> Status {
    Status::invalid_argument(format!("message does not decode: {fault}"))
        .because(Cause::Undecodable)
}
