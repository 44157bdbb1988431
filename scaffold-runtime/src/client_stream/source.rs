//! A call's receiving half as the source of a [`Streaming`](crate::Streaming).

use std::collections::VecDeque;
use std::task::{Context, Poll, ready};

use bytes::Bytes;

use crate::channel::{Receiver, Requests};
use crate::stream::Source;
use crate::{Metadata, Status};

/// How many messages are read to find out whether a call has ended: the one of
/// a call that answers with one, and whether there is a second.
const PEEK: usize = 2;

/// The responses of one call.
#[derive(Debug)]
pub(crate) struct CallSource {
    receiver: Receiver,
    /// Messages that were read before anyone asked for them, and whether they were
    /// compressed.
    peeked: VecDeque<(Bytes, bool)>,
    /// Whether the last message that was handed out was.
    was_compressed: bool,
    /// Whether the initial metadata was handed out.
    told: bool,
}

// === impl CallSource ===

impl CallSource {
    pub(crate) fn new(receiver: Receiver) -> Self {
        Self {
            receiver,
            peeked: VecDeque::new(),
            was_compressed: false,
            told: false,
        }
    }
}

impl Source for CallSource {
    fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Status>>> {
        if let Some((message, compressed)) = self.peeked.pop_front() {
            self.was_compressed = compressed;
            return Poll::Ready(Some(Ok(message)));
        }
        let message = ready!(self.receiver.poll_message(cx));
        if let Ok(Some(_)) = &message {
            self.was_compressed = self.receiver.was_compressed();
        }
        Poll::Ready(message.transpose())
    }

    fn was_compressed(&self) -> bool {
        self.was_compressed
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
        while self.peeked.len() < PEEK {
            match ready!(self.receiver.poll_message(cx)) {
                Ok(Some(message)) => {
                    let compressed = self.receiver.was_compressed();
                    self.peeked.push_back((message, compressed));
                }
                Ok(None) => break,
                Err(status) => return Poll::Ready(Some(status)),
            }
        }
        Poll::Ready(None)
    }

    fn sent(&self) -> u64 {
        match self.receiver.requests() {
            Requests::One(_) => 1,
            Requests::Many(upload) => upload.sent(),
        }
    }
}
