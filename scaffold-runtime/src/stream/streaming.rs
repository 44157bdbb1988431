//! `Streaming`: messages that come in.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use prost::{DecodeError, Message};

use super::Source;
use crate::{Metadata, Status};

/// A stream of messages that come in: a client's requests on a server, a
/// server's responses on a client.
///
/// Reading is what opens the peer's window: a slow reader slows the sender.
///
/// ```
/// # async fn run(mut users: scaffold_runtime::Streaming<u64>) -> Result<(), scaffold_runtime::Status> {
/// while let Some(user) = users.message().await? {
///     println!("{user}");
/// }
/// # Ok(())
/// # }
/// ```
pub struct Streaming<T> {
    source: Box<dyn Source>,
    metadata: Metadata,
    trailers: Option<Metadata>,
    /// The status for a message that does not decode: the fault is always the
    /// sender's.
    undecodable: Undecodable,
    message: PhantomData<fn() -> T>,
}

/// What a side makes of a message that does not decode.
pub(crate) type Undecodable = fn(DecodeError) -> Status;

/// Messages that are there already.
struct Ready {
    messages: VecDeque<Result<Bytes, Status>>,
    trailers: Metadata,
}

// === impl Streaming ===

impl<T: Message + Default> Streaming<T> {
    /// The next message; `None` after the last one, or after an error.
    ///
    /// Dropping the future before it is ready loses no message.
    ///
    /// # Errors
    ///
    /// On a client, the status that the server ended the call with. On both
    /// sides, `RESOURCE_EXHAUSTED` for a message over the limit, `CANCELLED`
    /// when the other side went away, and `INVALID_ARGUMENT` (server) or
    /// `INTERNAL` (client) for one that does not decode.
    pub async fn message(&mut self) -> Result<Option<T>, Status> {
        poll_fn(|cx| self.poll_next_message(cx)).await.transpose()
    }

    fn poll_next_message(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, Status>>> {
        if self.trailers.is_some() {
            return Poll::Ready(None);
        }
        let next = ready!(self.source.poll_message(cx));
        if let Some(metadata) = self.source.take_metadata() {
            self.metadata = metadata;
        }
        let message = match next {
            Some(Ok(bytes)) => T::decode(bytes).map_err(self.undecodable),
            Some(Err(status)) => Err(status),
            None => {
                self.trailers = Some(self.source.take_trailers());
                return Poll::Ready(None);
            }
        };
        if message.is_err() {
            self.trailers = Some(self.source.take_trailers());
        }
        Poll::Ready(Some(message))
    }
}

impl<T> Streaming<T> {
    pub(crate) fn new(
        source: Box<dyn Source>,
        metadata: Metadata,
        undecodable: Undecodable,
    ) -> Streaming<T> {
        Streaming {
            source,
            metadata,
            trailers: None,
            undecodable,
            message: PhantomData,
        }
    }

    /// A stream of one message.
    pub(crate) fn of_encoded(message: Bytes, undecodable: Undecodable) -> Streaming<T> {
        let source = Ready {
            messages: VecDeque::from([Ok(message)]),
            trailers: Metadata::new(),
        };
        Streaming::new(Box::new(source), Metadata::new(), undecodable)
    }

    /// The same stream from another source, made of this one's.
    pub(crate) fn map_source(
        mut self,
        map: impl FnOnce(Box<dyn Source>) -> Box<dyn Source>,
    ) -> Streaming<T> {
        self.source = map(self.source);
        self
    }

    /// What carries the messages.
    pub(crate) fn source(&mut self) -> &mut dyn Source {
        &mut *self.source
    }

    /// On a client, the initial metadata that the server sent. Empty on a
    /// server, where the request has it.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Whether the last message that [`message`](Streaming::message) gave was
    /// compressed; for tests and metrics.
    pub fn was_compressed(&self) -> bool {
        self.source.was_compressed()
    }

    /// The trailing metadata, once the stream has ended.
    pub fn trailers(&self) -> Option<&Metadata> {
        self.trailers.as_ref()
    }
}

impl<T: Message> Streaming<T> {
    /// A stream of these messages, for tests of handlers.
    pub fn from_messages(messages: impl IntoIterator<Item = T>) -> Streaming<T> {
        Streaming::from_results(messages.into_iter().map(Ok))
    }

    /// A stream of these messages and errors, for tests of handlers. It ends
    /// after the first error.
    pub fn from_results(messages: impl IntoIterator<Item = Result<T, Status>>) -> Streaming<T> {
        let messages = messages
            .into_iter()
            .map(|message| Ok(message?.encode_to_vec().into()))
            .collect();
        let source = Ready {
            messages,
            trailers: Metadata::new(),
        };
        Streaming::new(Box::new(source), Metadata::new(), undecodable_answer)
    }
}

impl<T: Message + Default> futures_core::Stream for Streaming<T> {
    type Item = Result<T, Status>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_next_message(cx)
    }
}

impl<T> std::fmt::Debug for Streaming<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Streaming")
            .field("metadata", &self.metadata)
            .field("trailers", &self.trailers)
            .finish_non_exhaustive()
    }
}

/// What a client says of an answer that does not decode.
pub(crate) fn undecodable_answer(fault: DecodeError) -> Status {
    Status::internal(format!("message does not decode: {fault}"))
}

// === impl Ready ===

impl Source for Ready {
    fn poll_message(&mut self, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Status>>> {
        Poll::Ready(self.messages.pop_front())
    }

    fn take_trailers(&mut self) -> Metadata {
        std::mem::take(&mut self.trailers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    #[tokio::test]
    async fn ends_after_the_first_error() {
        let items = [Ok(1u64), Err(Status::aborted("x")), Ok(2)];
        let mut stream = Streaming::from_results(items);
        assert_eq!(stream.message().await.unwrap(), Some(1));
        assert!(stream.trailers().is_none());
        assert_eq!(stream.message().await.unwrap_err().code(), Code::Aborted);
        assert_eq!(stream.message().await.unwrap(), None);
        assert!(stream.trailers().is_some());
    }
}
