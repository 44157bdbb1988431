//! The body of a response.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};

use super::drive::Drive;
use crate::server::end::End;
use crate::server::head;

/// The body of a [`GrpcService`](super::GrpcService)'s response: the messages
/// in their frames, and the trailers with the status.
///
/// Reading it is what polls the handler: a reader that waits makes it wait
/// ([`Limits::send_buffer`](super::Limits)), one that drops the body cancels
/// the call. It never fails: a call that fails says so in its trailers.
pub struct ResponseBody {
    drive: Option<Box<Drive>>,
    /// What is said to a request that is not gRPC.
    text: Option<Bytes>,
}

// === impl ResponseBody ===

impl ResponseBody {
    pub(super) fn new(drive: Box<Drive>) -> ResponseBody {
        ResponseBody {
            drive: Some(drive),
            text: None,
        }
    }

    pub(super) fn empty() -> ResponseBody {
        ResponseBody::text(Bytes::new())
    }

    pub(super) fn text(text: Bytes) -> ResponseBody {
        ResponseBody {
            drive: None,
            text: Some(text).filter(|text| !text.is_empty()),
        }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let Some(drive) = &mut self.drive else {
            return Poll::Ready(self.text.take().map(|text| Ok(Frame::data(text))));
        };
        if drive.out.piece.is_none() {
            drive.poll(cx);
        }
        if let Some(piece) = drive.out.piece.take() {
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        let frame = match &mut drive.end {
            None => return Poll::Pending,
            Some(End::Rest {
                pieces,
                result,
                trailers,
                ..
            }) => match pieces.pop_front() {
                Some(piece) => return Poll::Ready(Some(Ok(Frame::data(piece)))),
                None => {
                    let result = std::mem::replace(result, Ok(()));
                    let trailers = head::trailers(result, std::mem::take(trailers));
                    Some(Ok(Frame::trailers(trailers.into_headers())))
                }
            },
            // The future of the response has said it all.
            Some(End::Alone { .. }) => None,
        };
        self.drive = None;
        Poll::Ready(frame)
    }

    /// Whether the head of the response has said it all.
    fn is_end_stream(&self) -> bool {
        self.drive.is_none() && self.text.is_none()
    }
}

impl std::fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseBody")
            .field("is_over", &self.is_end_stream())
            .finish()
    }
}
