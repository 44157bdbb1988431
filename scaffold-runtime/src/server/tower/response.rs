//! The future of a response.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Response;

use super::drive::Drive;
use super::head::Encodes;
use super::{ResponseBody, head};
use crate::server::end::End;
use crate::{Encoding, Encodings};

/// The answer of a [`GrpcService`](super::GrpcService): it polls the handler
/// until that sends something or ends. Dropped, it cancels the call.
#[must_use = "futures do nothing unless they are polled"]
pub struct ResponseFuture {
    state: State,
    says: Encodes,
}

enum State {
    Refused(Box<Response<ResponseBody>>),
    Call(Box<Drive>),
    Over,
}

// === impl ResponseFuture ===

impl ResponseFuture {
    pub(super) fn refused(response: Response<ResponseBody>) -> ResponseFuture {
        let says = Encodes {
            sends: Encoding::Identity,
            reads: Encodings::IDENTITY,
        };
        let state = State::Refused(Box::new(response));
        ResponseFuture { state, says }
    }

    pub(super) fn call(drive: Drive, says: Encodes) -> ResponseFuture {
        let state = State::Call(Box::new(drive));
        ResponseFuture { state, says }
    }
}

impl Future for ResponseFuture {
    type Output = Result<Response<ResponseBody>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut drive = match std::mem::replace(&mut self.state, State::Over) {
            State::Refused(response) => return Poll::Ready(Ok(*response)),
            State::Call(drive) => drive,
            State::Over => return Poll::Pending,
        };
        drive.poll(cx);
        let initial = match drive.end.take() {
            Some(End::Alone {
                status,
                initial,
                trailers,
            }) => return Poll::Ready(Ok(head::trailers_only(status, initial, trailers))),
            Some(End::Rest {
                mut initial,
                pieces,
                result,
                trailers,
            }) => {
                let first = drive.out.head.take().or_else(|| initial.take());
                drive.end = Some(End::Rest {
                    initial: None,
                    pieces,
                    result,
                    trailers,
                });
                Some(first.unwrap_or_default())
            }
            None => drive.out.head.take(),
        };
        match initial {
            Some(initial) => {
                let body = ResponseBody::new(drive);
                Poll::Ready(Ok(head::begun(&initial, self.says, body)))
            }
            None => {
                self.state = State::Call(drive);
                Poll::Pending
            }
        }
    }
}

impl std::fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
