//! `ServerCall`: a call as generated code gets it, and the four shapes.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use prost::Message;

use super::guard;
use super::requests::{Body, undecodable};
use super::unary::Unary;
use crate::framing::{self, Rules};
use crate::request::Parts;
use crate::stream::Pipe;
use crate::{Code, Metadata, Outcome, Request, Response, Sender, Status, Streaming};

/// A call on its way to a handler, after the interceptors.
///
/// Generated code picks the method by [`method_index`](ServerCall::method_index)
/// and the shape by the method called here. Each of them reads the request,
/// runs the handler until it ends, its deadline passes or the client is gone,
/// and says how it ended.
///
/// Streams live in a box of their own: the place of a call in its connection is
/// as large as the largest unary call, and is moved when a call begins.
pub struct ServerCall {
    pub(super) method: usize,
    pub(super) parts: Parts,
    pub(super) response_metadata: Metadata,
    pub(super) body: Body,
    /// The sending side, where the method streams responses.
    pub(super) pipe: Option<Arc<Pipe>>,
    pub(super) rules: Rules,
}

// === impl ServerCall ===

impl ServerCall {
    /// Which method: the index in the service's table.
    pub fn method_index(&self) -> usize {
        self.method
    }

    /// One request, one response.
    pub fn unary<Req, Res, H, F>(self, handler: H) -> impl Future<Output = Outcome>
    where
        Req: Message + Default,
        Res: Message,
        H: FnOnce(Request<Req>) -> F,
        F: Future<Output = Result<Response<Res>, Status>>,
    {
        Unary::<Req, H, F>::new(self, handler)
    }

    /// One request, many responses.
    pub async fn server_streaming<Req, Res, H, F>(self, handler: H) -> Outcome
    where
        Req: Message + Default,
        Res: Message,
        H: FnOnce(Request<Req>, Sender<Res>) -> F,
        F: Future<Output = Result<(), Status>>,
    {
        Box::pin(self.server_streaming_boxed(handler)).await
    }

    async fn server_streaming_boxed<Req, Res, H, F>(self, handler: H) -> Outcome
    where
        Req: Message + Default,
        Res: Message,
        H: FnOnce(Request<Req>, Sender<Res>) -> F,
        F: Future<Output = Result<(), Status>>,
    {
        let ServerCall {
            mut parts,
            response_metadata,
            body,
            pipe: Some(pipe),
            rules,
            ..
        } = self
        else {
            return wrong_shape();
        };
        let sender = Sender::new(pipe.clone(), rules, response_metadata);
        let received = AtomicU64::new(0);
        let outcome = guard::run(parts.deadline, async {
            let message = match body.single().await {
                Ok((message, was_compressed)) => {
                    parts.was_compressed = was_compressed;
                    message
                }
                Err(status) => return status.into(),
            };
            received.store(1, Ordering::Relaxed);
            end(handler(Request::from_parts(message, parts), sender).await)
        });
        let outcome = outcome.await;
        outcome.with_counts(pipe.sent(), received.into_inner())
    }

    /// Many requests, one response.
    pub async fn client_streaming<Req, Res, H, F>(self, handler: H) -> Outcome
    where
        Req: Message + Default,
        Res: Message,
        H: FnOnce(Request<Streaming<Req>>) -> F,
        F: Future<Output = Result<Response<Res>, Status>>,
    {
        Box::pin(self.client_streaming_boxed(handler)).await
    }

    async fn client_streaming_boxed<Req, Res, H, F>(self, handler: H) -> Outcome
    where
        Req: Message + Default,
        Res: Message,
        H: FnOnce(Request<Streaming<Req>>) -> F,
        F: Future<Output = Result<Response<Res>, Status>>,
    {
        let ServerCall {
            parts,
            response_metadata,
            body,
            rules,
            ..
        } = self;
        let (stream, received) = requests(body);
        let outcome = guard::run(parts.deadline, async move {
            let result = handler(Request::from_parts(stream, parts)).await;
            reply(result, response_metadata, &rules, 0)
        });
        let outcome = outcome.await;
        let sent = outcome.messages_sent();
        outcome.with_counts(sent, received.load(Ordering::Relaxed))
    }

    /// Many requests, many responses.
    pub async fn bidi_streaming<Req, Res, H, F>(self, handler: H) -> Outcome
    where
        Req: Message + Default,
        Res: Message,
        H: FnOnce(Request<Streaming<Req>>, Sender<Res>) -> F,
        F: Future<Output = Result<(), Status>>,
    {
        Box::pin(self.bidi_streaming_boxed(handler)).await
    }

    async fn bidi_streaming_boxed<Req, Res, H, F>(self, handler: H) -> Outcome
    where
        Req: Message + Default,
        Res: Message,
        H: FnOnce(Request<Streaming<Req>>, Sender<Res>) -> F,
        F: Future<Output = Result<(), Status>>,
    {
        let ServerCall {
            parts,
            response_metadata,
            body,
            pipe: Some(pipe),
            rules,
            ..
        } = self
        else {
            return wrong_shape();
        };
        let sender = Sender::new(pipe.clone(), rules, response_metadata);
        let (stream, received) = requests(body);
        let outcome = guard::run(parts.deadline, async move {
            end(handler(Request::from_parts(stream, parts), sender).await)
        });
        let outcome = outcome.await;
        outcome.with_counts(pipe.sent(), received.load(Ordering::Relaxed))
    }

    /// The method is in the table and not in the code: the two were not
    /// generated together.
    pub async fn unimplemented(self) -> Outcome {
        Status::unimplemented("the method is not implemented").into()
    }
}

impl std::fmt::Debug for ServerCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerCall")
            .field("method", &self.method)
            .field("parts", &self.parts)
            .finish_non_exhaustive()
    }
}

/// A request's messages, and how many of them were read.
fn requests<Req>(body: Body) -> (Streaming<Req>, Arc<AtomicU64>) {
    match body {
        Body::Pipe(requests) => {
            let received = requests.received();
            let stream = Streaming::new(requests, Metadata::new(), undecodable);
            (stream, received)
        }
        // A complete message is made for methods that take one.
        Body::Message(message) => {
            let stream = Streaming::of_encoded(message, undecodable);
            (stream, Arc::new(AtomicU64::new(1)))
        }
    }
}

/// The outcome of a handler that answers with one message.
pub(super) fn reply<Res: Message>(
    result: Result<Response<Res>, Status>,
    mut metadata: Metadata,
    rules: &Rules,
    received: u64,
) -> Outcome {
    let encoded = result.and_then(|response| {
        let rules = rules.asked(response.asked());
        let (message, initial, trailers) = response.into_parts();
        Ok((framing::frame(&message, &rules)?, initial, trailers))
    });
    match encoded {
        Ok((frame, initial, trailers)) => {
            metadata.extend(initial);
            Outcome::of_reply(frame, metadata, trailers, received)
        }
        Err(status) => failed(status)
            .with_metadata(metadata)
            .with_counts(0, received),
    }
}

/// The outcome of a handler that has sent its messages itself.
fn end(result: Result<(), Status>) -> Outcome {
    match result {
        Ok(()) => Outcome::new(Ok(())),
        Err(status) => failed(status),
    }
}

/// A failure. A handler that fails with OK has a fault: there is no message to
/// send, and to claim success would hide it.
fn failed(status: Status) -> Outcome {
    if status.code() == Code::Ok {
        return Status::internal("the handler failed with the code OK").into();
    }
    status.into()
}

fn wrong_shape() -> Outcome {
    Status::internal("the method's table and code have different shapes").into()
}
