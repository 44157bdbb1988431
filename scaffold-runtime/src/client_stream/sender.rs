//! The sending half of a call with a request stream.

use std::fmt;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use prost::Message;
use tokio::time::Sleep;

use crate::Status;
use crate::channel::{Over, Prepared, Upload, deadline_exceeded, sleep_until};
use crate::framing::Rules;
use crate::stream::Source;

/// Sends the requests of a [`BidiStreaming`](crate::BidiStreaming) call that was split.
///
/// Dropping it ends the requests, as [`close`](Self::close) does, except while
/// the thread panics: then the call is cancelled.
pub struct RequestSender<Req> {
    /// `None` for a call that is not over HTTP/2, or when the requests are ended.
    upload: Option<Arc<Upload>>,
    rules: Rules,
    deadline: Option<Instant>,
    sleep: Option<Pin<Box<Sleep>>>,
    message: PhantomData<fn(Req)>,
}

// === impl RequestSender ===

impl<Req> RequestSender<Req> {
    pub(crate) fn new(upload: Arc<Upload>, rules: Rules, deadline: Option<Instant>) -> Self {
        Self {
            upload: Some(upload),
            rules,
            deadline,
            sleep: None,
            message: PhantomData,
        }
    }

    /// Sets whether the messages from here on are compressed, whatever their size.
    /// Where neither the channel nor the request names an encoding, they go plain.
    pub fn set_compressed(&mut self, compressed: bool) {
        self.rules = self.rules.asked(Some(compressed));
    }

    /// Ends the requests; responses may still come.
    ///
    /// # Errors
    ///
    /// `CANCELLED` when the call is over.
    pub async fn close(mut self) -> Result<(), Status> {
        self.end()
    }

    pub(super) fn end(&mut self) -> Result<(), Status> {
        match self.upload.take() {
            Some(upload) => upload.end().map_err(|Over| over()),
            None => Ok(()),
        }
    }

    /// Hands a message over; with the responses at hand, moves them along.
    fn poll_message(
        &mut self,
        message: &Prepared<'_>,
        responses: Option<&mut dyn Source>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Over>> {
        let alone = responses.is_none();
        // First the responses: that a call was refused or ended shows there.
        if let Some(responses) = responses {
            responses.poll_progress(cx);
        }
        match &self.upload {
            Some(upload) => upload.poll_send(message, alone, cx),
            None => Poll::Ready(Err(Over)),
        }
    }

    /// Ready when the deadline has passed.
    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<Status> {
        let Some(deadline) = self.deadline else {
            return Poll::Pending;
        };
        let sleep = match &mut self.sleep {
            Some(sleep) => sleep,
            None => match sleep_until(deadline) {
                Ok(sleep) => self.sleep.insert(Box::pin(sleep)),
                Err(status) => return Poll::Ready(status),
            },
        };
        ready!(sleep.as_mut().poll(cx));
        Poll::Ready(deadline_exceeded())
    }
}

impl<Req: Message> RequestSender<Req> {
    /// Sends one message; waits while the one before it does not fit the
    /// server's window. If the future is dropped before it is ready, nothing is
    /// sent, or all of the message.
    ///
    /// # Errors
    ///
    /// `CANCELLED` when the call is over: the responses say how it ended.
    /// `DEADLINE_EXCEEDED` past the call's deadline. `RESOURCE_EXHAUSTED` for a
    /// message over [`max_send_message_size`][limit], after which others may
    /// still be sent.
    ///
    /// [limit]: crate::ChannelConfig::max_send_message_size
    pub async fn send(&mut self, message: Req) -> Result<(), Status> {
        let message = Prepared::new(&message, &self.rules)?.for_stream();
        poll_fn(|cx| {
            if let Poll::Ready(sent) = self.poll_message(&message, None, cx) {
                return Poll::Ready(sent.map_err(|Over| over()));
            }
            self.poll_deadline(cx).map(Err)
        })
        .await
    }

    /// Sends with the responses at hand: a failure is told by its true reason.
    pub(super) async fn send_beside(
        &mut self,
        message: &Req,
        responses: &mut dyn Source,
    ) -> Result<(), Status> {
        if self.upload.is_none() {
            return Err(Status::failed_precondition("the requests are ended"));
        }
        let message = Prepared::new(message, &self.rules)?.for_stream();
        let sent = poll_fn(|cx| {
            if let Poll::Ready(sent) = self.poll_message(&message, Some(responses), cx) {
                return Poll::Ready(sent);
            }
            // A server may answer and never take what is left of the requests:
            // that the call has ended shows in the responses alone.
            match ready!(responses.poll_failure(cx)) {
                Some(_) => Poll::Ready(Err(Over)),
                None => self.poll_message(&message, Some(responses), cx),
            }
        });
        match sent.await {
            Ok(()) => Ok(()),
            Err(Over) => Err(poll_fn(|cx| responses.poll_failure(cx))
                .await
                .unwrap_or_else(over)),
        }
    }
}

fn over() -> Status {
    Status::cancelled("the call is over: its responses say how it ended")
}

impl<Req> Drop for RequestSender<Req> {
    fn drop(&mut self) {
        let Some(upload) = &self.upload else { return };
        if std::thread::panicking() {
            // What was sent is not all there is: the server must not take it so.
            upload.cancel();
        } else {
            let _ = upload.end();
        }
    }
}

impl<Req> fmt::Debug for RequestSender<Req> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestSender")
            .field("upload", &self.upload)
            .finish_non_exhaustive()
    }
}
