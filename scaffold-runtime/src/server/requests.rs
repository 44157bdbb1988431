//! A request's messages: one, or a stream.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use prost::Message;

use crate::framing::Decoder;
use crate::stream::Source;
use crate::transport::server::Incoming;
use crate::{Metadata, Status};

/// A request's body as messages.
pub(super) struct Requests {
    body: Incoming,
    decoder: Decoder,
    /// Nothing more will come: the end, or an error, has been seen.
    ended: bool,
    received: Arc<AtomicU64>,
}

// === impl Requests ===

impl Requests {
    pub(super) fn new(body: Incoming, decoder: Decoder, received: Arc<AtomicU64>) -> Requests {
        Requests {
            body,
            decoder,
            ended: false,
            received,
        }
    }

    fn poll_frame(
        body: &mut Incoming,
        decoder: &mut Decoder,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Status>>> {
        loop {
            match decoder.next() {
                Ok(Some(message)) => return Poll::Ready(Some(Ok(message))),
                Ok(None) => {}
                Err(status) => return Poll::Ready(Some(Err(status))),
            }
            match ready!(body.poll_data(cx)) {
                Some(Ok(piece)) => decoder.push(piece),
                Some(Err(_)) => {
                    return Poll::Ready(Some(Err(Status::cancelled(
                        "the client gave the call up",
                    ))));
                }
                None if decoder.is_between_messages() => return Poll::Ready(None),
                None => {
                    return Poll::Ready(Some(Err(Status::internal(
                        "the request ends inside a message",
                    ))));
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
        let message = ready!(Requests::poll_frame(&mut self.body, &mut self.decoder, cx));
        match &message {
            Some(Ok(_)) => {
                self.received.fetch_add(1, Ordering::Relaxed);
            }
            _ => self.ended = true,
        }
        Poll::Ready(message)
    }

    fn take_trailers(&mut self) -> Metadata {
        // gRPC requests have none.
        Metadata::new()
    }
}

/// Reads the one message of a request.
///
/// # Errors
///
/// `UNIMPLEMENTED` for none and, as soon as it begins, for a second
/// (doc/statuscodes.md, "Request cardinality violation"); `INVALID_ARGUMENT` for
/// one that does not decode.
pub(super) async fn single<M: Message + Default>(
    mut body: Incoming,
    mut decoder: Decoder,
) -> Result<M, Status> {
    let mut next = async || {
        poll_fn(|cx| Requests::poll_frame(&mut body, &mut decoder, cx))
            .await
            .transpose()
    };
    let Some(message) = next().await? else {
        return Err(Status::unimplemented(
            "the method takes one message, the request has none",
        ));
    };
    // Decoded before the end is seen: the decoder's charge covers the message
    // until it moves on.
    let message = M::decode(message).map_err(undecodable)?;
    if next().await?.is_some() {
        return Err(Status::unimplemented(
            "the method takes one message, the request has more",
        ));
    }
    Ok(message)
}

fn undecodable(fault: prost::DecodeError) -> Status {
    Status::invalid_argument(format!("message does not decode: {fault}"))
}
