//! A request's body, as pieces of bytes, whatever its type.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use http_body::Body;

/// A request's body without its type.
pub(super) type Inbound = Pin<Box<dyn Pieces + Send>>;

/// The body failed: its client is gone, or a layer has cut it off.
#[derive(Debug)]
pub(super) struct Broken;

/// The pieces of a body.
pub(super) trait Pieces {
    /// The next piece; `None` after the last.
    fn poll_piece(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Broken>>>;
}

impl<B: Body> Pieces for B {
    fn poll_piece(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Broken>>> {
        loop {
            let piece = match ready!(self.as_mut().poll_frame(cx)) {
                // gRPC requests have no trailers.
                Some(Ok(frame)) => frame.into_data().ok(),
                Some(Err(_)) => return Poll::Ready(Some(Err(Broken))),
                None => return Poll::Ready(None),
            };
            // Of `Bytes`, as nearly all are, this is no copy.
            let piece = piece.map(|mut data| data.copy_to_bytes(data.remaining()));
            if let Some(piece) = piece.filter(|piece| !piece.is_empty()) {
                return Poll::Ready(Some(Ok(piece)));
            }
        }
    }
}
