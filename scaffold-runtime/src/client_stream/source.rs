//! A call's receiving half as the source of a [`Streaming`](crate::Streaming).

use std::task::{Context, Poll, ready};

use bytes::Bytes;

use crate::channel::{Receiver, Requests};
use crate::stream::Source;
use crate::{Metadata, Status};

/// The responses of one call.
#[derive(Debug)]
pub(crate) struct CallSource {
    receiver: Receiver,
    /// A message that was read before anyone asked for it.
    peeked: Option<Bytes>,
    /// Whether the initial metadata was handed out.
    told: bool,
}

// === impl CallSource ===

impl CallSource {
    pub(crate) fn new(receiver: Receiver) -> Self {
        Self {
            receiver,
            peeked: None,
            told: false,
        }
    }
}

impl Source for CallSource {
    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Status>>> {
        match self.peeked.take() {
            Some(message) => Poll::Ready(Some(Ok(message))),
            None => self.receiver.poll_message(cx).map(Result::transpose),
        }
    }

    fn take_trailers(&mut self) -> Metadata {
        self.receiver.trailers().cloned().unwrap_or_default()
    }

    fn take_metadata(&mut self) -> Option<Metadata> {
        let untold = self.receiver.has_head() && !std::mem::replace(&mut self.told, true);
        untold.then(|| self.receiver.metadata().clone())
    }

    fn poll_progress(&mut self, cx: &mut Context<'_>) {
        self.receiver.poll_progress(cx);
    }

    fn poll_failure(&mut self, cx: &mut Context<'_>) -> Poll<Option<Status>> {
        if self.peeked.is_some() {
            return Poll::Ready(None);
        }
        match ready!(self.receiver.poll_message(cx)) {
            Ok(message) => {
                self.peeked = message;
                Poll::Ready(None)
            }
            Err(status) => Poll::Ready(Some(status)),
        }
    }

    fn sent(&self) -> u64 {
        match self.receiver.requests() {
            Requests::One(_) => 1,
            Requests::Many(upload) => upload.sent(),
        }
    }
}
