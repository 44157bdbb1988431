//! The future of a unary call.
//!
//! # Motivation
//!
//! A call's future is moved into its place when the call begins, and every
//! `async fn` on the way keeps its arguments twice. Written out, this one is as
//! large as its largest state, and what it waits for stands in one place only.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use pin_project_lite::pin_project;
use prost::Message;

use super::call::reply;
use super::requests::{Body, Single};
use super::{ServerCall, guard};
use crate::framing::Rules;
use crate::request::Parts;
use crate::{Metadata, Outcome, Request, Response, Status, deadline};

pin_project! {
    /// Reads the request, runs the handler, and encodes what it answers.
    #[project = StateProject]
    pub(super) enum Unary<Req, H, F> {
        /// Not polled yet.
        Begin { begin: Option<(ServerCall, H)> },
        /// The request did not come whole.
        Reading { single: Single<Req>, rest: Option<Rest<H>> },
        Running { #[pin] handler: F, kept: Kept },
        Done,
    }
}

/// What is needed when the message is there.
pub(super) struct Rest<H> {
    handler: H,
    parts: Parts,
    response_metadata: Metadata,
    rules: Rules,
}

/// What is needed when the handler has ended.
pub(super) struct Kept {
    deadline: Option<Instant>,
    response_metadata: Metadata,
    rules: Rules,
}

// === impl Unary ===

impl<Req, H, F> Unary<Req, H, F> {
    pub(super) fn new(call: ServerCall, handler: H) -> Self {
        Unary::Begin {
            begin: Some((call, handler)),
        }
    }
}

impl<Req, Res, H, F> Future for Unary<Req, H, F>
where
    Req: Message + Default,
    Res: Message,
    H: FnOnce(Request<Req>) -> F,
    F: Future<Output = Result<Response<Res>, Status>>,
{
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        loop {
            match self.as_mut().project() {
                StateProject::Begin { begin } => {
                    let Some((call, handler)) = begin.take() else {
                        return Poll::Pending;
                    };
                    let ServerCall {
                        parts,
                        response_metadata,
                        body,
                        rules,
                        ..
                    } = call;
                    let rest = Rest {
                        handler,
                        parts,
                        response_metadata,
                        rules,
                    };
                    match body {
                        Body::Message(message) => {
                            let message = match Req::decode(message) {
                                Ok(message) => message,
                                Err(fault) => {
                                    return Poll::Ready(super::requests::undecodable(fault).into());
                                }
                            };
                            let running = rest.run(message);
                            self.set(running);
                        }
                        Body::Pipe(requests) => self.set(Unary::Reading {
                            single: Single::new(requests),
                            rest: Some(rest),
                        }),
                    }
                }
                StateProject::Reading { single, rest } => {
                    let deadline = rest.as_ref().and_then(|rest| rest.parts.deadline);
                    let message = match guard::cut(deadline) {
                        Some(status) => Err(status),
                        None => ready!(guard::watched(deadline, single.poll(cx))),
                    };
                    let running = match (message, rest.take()) {
                        (Ok((message, compressed)), Some(mut rest)) => {
                            rest.parts.was_compressed = compressed;
                            rest.run(message)
                        }
                        (Err(status), _) => {
                            self.set(Unary::Done);
                            return Poll::Ready(status.into());
                        }
                        (_, None) => Unary::Done,
                    };
                    self.set(running);
                }
                StateProject::Running { handler, kept } => {
                    if let Some(status) = guard::cut(kept.deadline) {
                        self.set(Unary::Done);
                        return Poll::Ready(status.into());
                    }
                    let polled = deadline::poll_in(kept.deadline, handler, cx);
                    let result = ready!(guard::watched(kept.deadline, polled));
                    let metadata = std::mem::take(&mut kept.response_metadata);
                    return Poll::Ready(reply(result, metadata, &kept.rules, 1));
                }
                StateProject::Done => return Poll::Pending,
            }
        }
    }
}

// === impl Rest ===

impl<H> Rest<H> {
    fn run<Req, F>(self, message: Req) -> Unary<Req, H, F>
    where
        H: FnOnce(Request<Req>) -> F,
    {
        let kept = Kept {
            deadline: self.parts.deadline,
            response_metadata: self.response_metadata,
            rules: self.rules,
        };
        let request = Request::from_parts(message, self.parts);
        let handler = deadline::within(kept.deadline, || (self.handler)(request));
        Unary::Running { handler, kept }
    }
}
