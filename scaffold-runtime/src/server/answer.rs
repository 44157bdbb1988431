//! The end of a call: what is left of its messages, then its trailers.

use std::task::{Context, Poll};

use bytes::Bytes;

use super::exchange::Way;
use super::head;
use super::reply::Rest;
use crate::transport::server::{Gone, Outgoing};
use crate::{Metadata, Outcome, Status};

/// The end of a response, on its way out.
pub(super) struct Answer {
    out: Option<Outgoing>,
    data: Bytes,
    /// Sent when the data is.
    trailers: Option<Metadata>,
}

// === impl Answer ===

impl Answer {
    /// Ends a call as its outcome says.
    pub(super) fn new(way: Way, outcome: Outcome) -> Answer {
        let (result, metadata, trailers, reply) = outcome.into_parts();
        match way {
            Way::Single(out) => {
                let result = match (result, reply) {
                    (Ok(()), Some(frame)) => {
                        return Answer::message(out, metadata, frame, trailers);
                    }
                    (Ok(()), None) => Err(Status::internal(
                        "an interceptor claimed success without a response",
                    )),
                    (result, _) => result,
                };
                Answer::end(out, result, metadata, Bytes::new(), trailers)
            }
            Way::Stream(shared) => {
                let Rest {
                    out,
                    pending,
                    metadata: mut initial,
                    trailers: mut all,
                } = shared.finish();
                let Some(out) = out else {
                    return Answer {
                        out: None,
                        data: Bytes::new(),
                        trailers: None,
                    };
                };
                initial.extend(metadata);
                all.extend(trailers);
                Answer::end(out, result, initial, pending, all)
            }
        }
    }

    /// Bytes that are not sent.
    pub(super) fn left(&self) -> usize {
        self.data.len()
    }

    fn message(mut out: Outgoing, metadata: Metadata, frame: Bytes, trailers: Metadata) -> Answer {
        // An error shows itself when the data is sent.
        let _ = out.send_head(200, head::response(metadata), false);
        Answer {
            out: Some(out),
            data: frame,
            trailers: Some(head::trailers(Ok(()), trailers)),
        }
    }

    fn end(
        mut out: Outgoing,
        result: Result<(), Status>,
        metadata: Metadata,
        pending: Bytes,
        trailers: Metadata,
    ) -> Answer {
        let trailers = match (out.is_waiting(), result) {
            (true, Err(status)) => {
                let _ = out.send_head(200, head::trailers_only(status, metadata, trailers), true);
                return Answer {
                    out: None,
                    data: Bytes::new(),
                    trailers: None,
                };
            }
            (true, Ok(())) => {
                let _ = out.send_head(200, head::response(metadata), false);
                head::trailers(Ok(()), trailers)
            }
            (false, result) => head::trailers(result, trailers),
        };
        Answer {
            out: Some(out),
            data: pending,
            trailers: Some(trailers),
        }
    }

    /// Sends what the windows allow; ready when all is sent.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        let Some(out) = &mut self.out else {
            return Poll::Ready(Ok(()));
        };
        if out.poll_write(cx, &mut self.data)?.is_pending() {
            // A reset shows itself as a failed write, once the window moves; a
            // client that is gone must not be waited for.
            return out.poll_gone(cx).map(|()| Err(Gone));
        }
        let sent = self
            .trailers
            .take()
            .map_or(Ok(()), |trailers| out.send_trailers(trailers));
        self.out = None;
        Poll::Ready(sent)
    }

    /// Gives the call up.
    pub(super) fn cancel(mut self) {
        if let Some(out) = &mut self.out {
            out.cancel();
        }
    }
}
