//! `ClientStreaming`: many requests, one response.

use std::fmt;

use prost::Message;

use super::{BidiStreaming, RequestSender};
use crate::{Response, Status, Streaming};

/// A call that sends many messages and gets one response.
///
/// ```
/// # use scaffold_runtime::{ClientStreaming, Status};
/// # async fn run(mut upload: ClientStreaming<u64, u64>) -> Result<(), Status> {
/// for number in 0..10 {
///     upload.send(number).await?;
/// }
/// let sum = upload.finish().await?;
/// # Ok(())
/// # }
/// ```
///
/// Dropping it cancels the call.
pub struct ClientStreaming<Req, Res> {
    // Dropped first: it cancels the call, and the sender then ends nothing.
    responses: Streaming<Res>,
    sender: RequestSender<Req>,
}

// === impl ClientStreaming ===

impl<Req, Res> ClientStreaming<Req, Res> {
    /// The same call, of which one response is expected.
    pub(crate) fn from_bidi(call: BidiStreaming<Req, Res>) -> Self {
        let (sender, responses) = call.split();
        Self { responses, sender }
    }

    /// Sets whether the messages from here on are compressed, whatever their size.
    /// Where neither the channel nor the request names an encoding, they go plain.
    pub fn set_compressed(&mut self, compressed: bool) {
        self.sender.set_compressed(compressed);
    }
}

impl<Req: Message, Res: Message + Default> ClientStreaming<Req, Res> {
    /// Sends one message; waits while the one before it does not fit the
    /// server's window. If the future is dropped before it is ready, nothing is
    /// sent, or all of the message.
    ///
    /// # Errors
    ///
    /// How the call ended, if it failed; `CANCELLED` if the server answered
    /// without waiting for all messages, when [`finish`](Self::finish) has its
    /// answer; `RESOURCE_EXHAUSTED` for a message over
    /// [`max_send_message_size`](crate::ChannelConfig::max_send_message_size),
    /// after which others may still be sent.
    pub async fn send(&mut self, message: Req) -> Result<(), Status> {
        self.sender
            .send_beside(&message, self.responses.source())
            .await
    }

    /// Ends the requests and waits for the response.
    ///
    /// # Errors
    ///
    /// How the call ended, if it failed; `INTERNAL` if the server sent no message
    /// or more than one.
    pub async fn finish(mut self) -> Result<Response<Res>, Status> {
        // The answer may be there already: a failure to end says nothing more.
        let _ = self.sender.end();
        single(&mut self.responses).await
    }
}

impl<Req, Res> fmt::Debug for ClientStreaming<Req, Res> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientStreaming").finish_non_exhaustive()
    }
}

/// The one message of a call that answers with one, at the call's end.
pub(crate) async fn single<Res: Message + Default>(
    responses: &mut Streaming<Res>,
) -> Result<Response<Res>, Status> {
    let Some(message) = responses.message().await? else {
        return Err(Status::internal("the server answered without a message"));
    };
    // The status comes after the message, and a failure beats it. A second
    // message is not waited beyond: the server might send for ever.
    if responses.message().await?.is_some() {
        return Err(Status::internal(
            "the server answered with more than one message",
        ));
    }
    let metadata = responses.metadata().clone();
    let trailers = responses.trailers().cloned().unwrap_or_default();
    let compressed = responses.was_compressed();
    Ok(Response::from_parts(message, metadata, trailers).received(compressed))
}
