//! `Outcome`: how a call ended, as interceptors see it.

use crate::framing::Frame;
use crate::{Code, Metadata, Status};

/// How a call ended.
///
/// On a client, a streaming call's outcome is there when the last message has
/// been read; on a server, when the handler has returned. A unary response is
/// sent after the outermost interceptor has returned, so that an interceptor
/// that puts an error in place of success does replace it.
#[derive(Debug)]
pub struct Outcome {
    result: Result<(), Status>,
    metadata: Metadata,
    trailers: Metadata,
    sent: u64,
    received: u64,
    /// A server's single response, framed, on its way to the wire.
    pub(crate) reply: Option<Frame>,
}

// === impl Outcome ===

impl Outcome {
    /// An outcome without metadata.
    pub fn new(result: Result<(), Status>) -> Outcome {
        Outcome {
            result,
            metadata: Metadata::new(),
            trailers: Metadata::new(),
            sent: 0,
            received: 0,
            reply: None,
        }
    }

    /// How the call ended.
    pub fn status(&self) -> Result<(), &Status> {
        self.result.as_ref().copied()
    }

    /// The code: [`Code::Ok`] on success.
    pub fn code(&self) -> Code {
        self.result
            .as_ref()
            .map_or_else(Status::code, |()| Code::Ok)
    }

    /// Puts another end in place. A failure in place of a success drops a unary
    /// response that is not sent yet.
    pub fn set_status(&mut self, result: Result<(), Status>) {
        self.result = result;
    }

    /// The response's initial metadata, where it is known at the end: of unary
    /// and client-streaming calls, and on a client of all.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The initial metadata, to change. On a server this has an effect on unary
    /// and client-streaming calls only: others have sent it before.
    pub fn metadata_mut(&mut self) -> &mut Metadata {
        &mut self.metadata
    }

    /// The trailing metadata.
    pub fn trailers(&self) -> &Metadata {
        &self.trailers
    }

    /// The trailing metadata, to change.
    pub fn trailers_mut(&mut self) -> &mut Metadata {
        &mut self.trailers
    }

    /// How many messages this side sent.
    pub fn messages_sent(&self) -> u64 {
        self.sent
    }

    /// How many messages this side received.
    pub fn messages_received(&self) -> u64 {
        self.received
    }

    pub(crate) fn with_metadata(mut self, metadata: Metadata) -> Outcome {
        self.metadata = metadata;
        self
    }

    pub(crate) fn with_trailers(mut self, trailers: Metadata) -> Outcome {
        self.trailers = trailers;
        self
    }

    pub(crate) fn with_counts(mut self, sent: u64, received: u64) -> Outcome {
        self.sent = sent;
        self.received = received;
        self
    }

    /// A server's single response.
    pub(crate) fn of_reply(
        frame: Frame,
        metadata: Metadata,
        trailers: Metadata,
        received: u64,
    ) -> Outcome {
        Outcome {
            result: Ok(()),
            metadata,
            trailers,
            sent: 1,
            received,
            reply: Some(frame),
        }
    }

    pub(crate) fn into_result(self) -> Result<(), Status> {
        self.result
    }

    /// What a server writes: result, initial metadata, trailers, reply.
    pub(crate) fn into_parts(self) -> (Result<(), Status>, Metadata, Metadata, Option<Frame>) {
        (self.result, self.metadata, self.trailers, self.reply)
    }
}

impl From<Status> for Outcome {
    fn from(status: Status) -> Outcome {
        // `Status` of code OK is a success, however it was made.
        if status.code() == Code::Ok {
            Outcome::new(Ok(()))
        } else {
            Outcome::new(Err(status))
        }
    }
}
