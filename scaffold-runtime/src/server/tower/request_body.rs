//! The body of a request to a service that is mounted in our server.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};

use super::mounted::Messages;
use crate::Status;
use crate::stream::Pipe;

/// The body of a request to a service that is
/// [mounted](crate::Server::add_tower_service) in our server, as it comes in.
///
/// Reading is what opens the client's window. If the client gives the call up,
/// reading fails with CANCELLED.
pub struct RequestBody {
    /// `None` when it was read.
    pipe: Option<Arc<Pipe>>,
    messages: Arc<Messages>,
}

// === impl RequestBody ===

impl RequestBody {
    pub(super) fn new(pipe: Arc<Pipe>, messages: Arc<Messages>) -> RequestBody {
        RequestBody {
            pipe: Some(pipe),
            messages,
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Some(pipe) = &self.pipe else {
            return Poll::Ready(None);
        };
        let piece = match std::task::ready!(pipe.poll_piece(cx)) {
            Some(Ok(piece)) => {
                self.messages.count(&piece);
                return Poll::Ready(Some(Ok(Frame::data(piece))));
            }
            Some(Err(broken)) => Some(Err(broken.into())),
            None => None,
        };
        self.pipe = None;
        Poll::Ready(piece)
    }

    fn is_end_stream(&self) -> bool {
        self.pipe.is_none()
    }
}

impl std::fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RequestBody")
            .field("is_over", &self.pipe.is_none())
            .finish()
    }
}
