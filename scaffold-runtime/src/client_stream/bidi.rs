//! `BidiStreaming`: many requests, many responses.

use std::fmt;

use prost::Message;

use super::{RequestSender, Tail};
use crate::{Metadata, Status, Streaming};

/// A call that sends and receives many messages, in any order.
///
/// ```
/// # use scaffold_runtime::{BidiStreaming, Status};
/// # async fn run(mut call: BidiStreaming<u64, u64>) -> Result<(), Status> {
/// call.send(1).await?;
/// call.close_send().await?;
/// while let Some(answer) = call.message().await? {
///     println!("{answer}");
/// }
/// # Ok(())
/// # }
/// ```
///
/// Where both directions flow at once, [`split`](Self::split) it: one task that
/// only sends while the server waits to be read ends in a standstill. Dropping
/// it cancels the call.
pub struct BidiStreaming<Req, Res> {
    // Dropped first: it cancels the call, and the sender then ends nothing.
    responses: Streaming<Res>,
    sender: RequestSender<Req>,
}

// === impl BidiStreaming ===

impl<Req, Res> BidiStreaming<Req, Res> {
    pub(crate) fn new(sender: RequestSender<Req>, responses: Streaming<Res>) -> Self {
        Self { responses, sender }
    }

    /// The same call, watched by interceptors.
    pub(crate) fn with_tail(self, tail: Tail) -> Self {
        Self {
            responses: tail.around(self.responses),
            sender: self.sender,
        }
    }

    /// The initial metadata; empty until the first message or the end was read.
    pub fn metadata(&self) -> &Metadata {
        self.responses.metadata()
    }

    /// The trailing metadata, once the call has ended.
    pub fn trailers(&self) -> Option<&Metadata> {
        self.responses.trailers()
    }

    /// Sets whether the messages from here on are compressed, whatever their size.
    /// Where neither the channel nor the request names an encoding, they go plain.
    pub fn set_compressed(&mut self, compressed: bool) {
        self.sender.set_compressed(compressed);
    }

    /// The two halves, for two tasks.
    ///
    /// Dropping the responses before their end cancels the call; dropping the
    /// sender ends the requests.
    pub fn split(self) -> (RequestSender<Req>, Streaming<Res>) {
        (self.sender, self.responses)
    }
}

impl<Req: Message, Res: Message + Default> BidiStreaming<Req, Res> {
    /// Sends one message; waits while the one before it does not fit the
    /// server's window. If the future is dropped before it is ready, nothing is
    /// sent, or all of the message.
    ///
    /// # Errors
    ///
    /// How the call ended, if it failed; `CANCELLED` if it ended otherwise;
    /// `FAILED_PRECONDITION` after [`close_send`](Self::close_send);
    /// `RESOURCE_EXHAUSTED` for a message over
    /// [`max_send_message_size`](crate::ChannelConfig::max_send_message_size),
    /// after which others may still be sent.
    pub async fn send(&mut self, message: Req) -> Result<(), Status> {
        self.sender
            .send_beside(&message, self.responses.source())
            .await
    }

    /// Ends the requests; responses may still come.
    ///
    /// # Errors
    ///
    /// `CANCELLED` when the call is over.
    pub async fn close_send(&mut self) -> Result<(), Status> {
        self.sender.end()
    }

    /// The next message; `None` after the last one, or after an error.
    ///
    /// # Errors
    ///
    /// Those of [`Streaming::message`].
    pub async fn message(&mut self) -> Result<Option<Res>, Status> {
        self.responses.message().await
    }
}

impl<Req, Res> fmt::Debug for BidiStreaming<Req, Res> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BidiStreaming").finish_non_exhaustive()
    }
}
