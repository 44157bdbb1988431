//! One call, from its head to its trailers.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::time::{Sleep, sleep_until};

use super::reply::{Rest, StreamReply};
use super::router::{Route, Router};
use super::service::Services;
use super::{ServerCall, guard, head, timeout};
use crate::framing::Decoder;
use crate::interceptor::Side;
use crate::pool::Budget;
use crate::request::Parts;
use crate::transport::server::{Accepted, Gone, Incoming, Outgoing, RequestHead};
use crate::{Call, Interceptor, Metadata, Next, Outcome, Peer, Status};

/// What all calls of a server share.
pub(super) struct App<I, S> {
    pub(super) interceptors: I,
    pub(super) services: S,
    pub(super) router: Router,
    pub(super) budget: Arc<Budget>,
    pub(super) max_receive: usize,
    pub(super) max_elements: usize,
    pub(super) max_send: usize,
    pub(super) write_stall: Duration,
}

/// The end of the chain of interceptors: the service.
struct Dispatch<'a, S> {
    services: &'a S,
    route: Route,
    body: Incoming,
    decoder: Decoder,
    reply: Option<Arc<StreamReply>>,
    max_send: usize,
}

/// Who holds the sending side while the handler runs.
enum Way {
    /// We: there is one message, and it is sent at the end.
    Single(Outgoing),
    /// The handler's `Sender`.
    Stream(Arc<StreamReply>),
}

/// Takes one call from its head to its trailers.
pub(super) async fn exchange<I: Interceptor, S: Services>(
    app: Arc<App<I, S>>,
    accepted: Accepted,
    peer: Peer,
) {
    let Accepted {
        head,
        body,
        mut reply,
    } = accepted;
    let (route, parts) = match admit(&app.router, head, peer) {
        Ok(admitted) => admitted,
        Err(refusal) => {
            // Fails only if the client is gone.
            let _ = reply.send_head(refusal.http, refusal.headers, true);
            return;
        }
    };
    let deadline = parts.deadline;
    let mut way = match route.spec.shape.streams_responses() {
        true => Way::Stream(Arc::new(StreamReply::new(reply, app.max_send))),
        false => Way::Single(reply),
    };
    let dispatch = Dispatch {
        services: &app.services,
        route,
        body,
        decoder: Decoder::new(app.max_receive, Some(app.budget.clone()))
            .max_elements(app.max_elements),
        reply: way.stream(),
        max_send: app.max_send,
    };
    let call = Call::new(route.spec, Side::Server, parts);
    let chain = app.interceptors.intercept(call, dispatch);
    let ended = drive(chain, &mut way, deadline, app.write_stall).await;
    // Without an outcome nobody is there to read one.
    let Some(outcome) = ended else {
        return way.reset();
    };
    let mut timer = pin!(None::<Sleep>);
    let mut answer = Answer::new(way, outcome);
    let written = poll_fn(|cx| {
        let left = answer.data.len();
        if let Poll::Ready(done) = answer.poll(cx) {
            return Poll::Ready(done);
        }
        if timer.is_none() || answer.data.len() < left {
            let until = deadline
                .unwrap_or_else(far)
                .min(Instant::now() + app.write_stall);
            timer.set(Some(sleep_until(until.into())));
        }
        match timer.as_mut().as_pin_mut() {
            Some(sleep) => sleep.poll(cx).map(|()| Err(Gone)),
            None => Poll::Pending,
        }
    });
    if written.await.is_err() {
        answer.reset();
    }
}

/// Runs the interceptors and the handler; `None` if the client is gone.
async fn drive(
    chain: impl Future<Output = Outcome>,
    way: &mut Way,
    deadline: Option<Instant>,
    write_stall: Duration,
) -> Option<Outcome> {
    let mut chain = pin!(Some(chain));
    let mut timer = pin!(None::<Sleep>);
    poll_fn(|cx| {
        let gone = way.poll_gone(cx).is_ready();
        let mut fired = false;
        loop {
            let Some(future) = chain.as_mut().as_pin_mut() else {
                return Poll::Ready(None);
            };
            let poll = || catch_unwind(AssertUnwindSafe(|| future.poll(cx)));
            let (polled, wake_at) = guard::enter(gone, fired, poll);
            match polled {
                Ok(Poll::Ready(_)) if gone => return Poll::Ready(None),
                Ok(Poll::Ready(outcome)) => return Poll::Ready(Some(outcome)),
                Ok(Poll::Pending) => {}
                Err(_panic) => {
                    // Its text may hold anything, so that it stays here; the
                    // panic hook has printed it. What is left of the future may
                    // panic again while it is dropped.
                    let _ = catch_unwind(AssertUnwindSafe(|| chain.set(None)));
                    return Poll::Ready(Some(Status::internal("the handler panicked").into()));
                }
            }
            if gone {
                return Poll::Ready(None);
            }
            let now_or_later = [
                deadline,
                wake_at,
                way.stalled().map(|since| since + write_stall),
            ];
            let Some(until) = now_or_later.into_iter().flatten().min() else {
                return Poll::Pending;
            };
            if fired && until <= Instant::now() {
                // The inside has had its turn and did not end.
                if way.stalled().is_some() {
                    return Poll::Ready(None);
                }
                return Poll::Ready(Some(guard::exceeded().into()));
            }
            let until = tokio::time::Instant::from_std(until);
            match timer.as_mut().as_pin_mut() {
                Some(sleep) if sleep.deadline() == until => {}
                Some(sleep) => sleep.reset(until),
                None => timer.set(Some(sleep_until(until))),
            }
            let Some(sleep) = timer.as_mut().as_pin_mut() else {
                return Poll::Pending;
            };
            if sleep.poll(cx).is_pending() {
                return Poll::Pending;
            }
            fired = true;
        }
    })
    .await
}

/// An answer without a call.
struct Refusal {
    http: u16,
    headers: Metadata,
}

/// Checks a request's head.
fn admit(router: &Router, head: RequestHead, peer: Peer) -> Result<(Route, Parts), Refusal> {
    let RequestHead {
        is_post,
        path,
        headers,
    } = head;
    let refuse = |http, status, metadata| {
        let mut headers = head::trailers_only(status, Metadata::new(), Metadata::new());
        headers.extend(metadata);
        Err(Refusal { http, headers })
    };
    if !is_post {
        let mut allow = Metadata::new();
        allow.push_static("allow", Bytes::from_static(b"POST"));
        return refuse(405, Status::internal("gRPC calls are POST requests"), allow);
    }
    if !head::is_grpc(&headers) {
        return refuse(
            415,
            Status::internal("content-type must be application/grpc"),
            Metadata::new(),
        );
    }
    let Some(route) = router.find(path.as_str()) else {
        return refuse(
            200,
            Status::unimplemented("the method does not exist"),
            Metadata::new(),
        );
    };
    if let Err(status) = head::check_encoding(&headers) {
        let mut accept = Metadata::new();
        accept.push_static("grpc-accept-encoding", Bytes::from_static(b"identity"));
        return refuse(200, status, accept);
    }
    let deadline = match timeout::read(&headers) {
        Ok(Some(Duration::ZERO)) => return refuse(200, guard::exceeded(), Metadata::new()),
        // A time that no clock reaches is no deadline.
        Ok(timeout) => timeout.and_then(|timeout| Instant::now().checked_add(timeout)),
        Err(status) => return refuse(200, status, Metadata::new()),
    };
    let metadata = head::strip(headers);
    Ok((
        route,
        Parts {
            metadata,
            deadline,
            peer: Some(peer),
            ..Parts::default()
        },
    ))
}

// === impl Dispatch ===

impl<S: Services> Next for Dispatch<'_, S> {
    fn run(self, call: Call) -> impl Future<Output = Outcome> + Send {
        let Dispatch {
            services,
            route,
            body,
            decoder,
            reply,
            max_send,
        } = self;
        let call = ServerCall {
            method: route.method,
            parts: call.parts,
            response_metadata: call.response_metadata,
            body,
            decoder,
            reply,
            max_send,
        };
        services.call(route.service, call)
    }
}

// === impl Way ===

impl Way {
    fn stream(&self) -> Option<Arc<StreamReply>> {
        match self {
            Way::Single(_) => None,
            Way::Stream(reply) => Some(reply.clone()),
        }
    }

    fn poll_gone(&mut self, cx: &mut std::task::Context<'_>) -> Poll<()> {
        match self {
            Way::Single(out) => out.poll_gone(cx),
            Way::Stream(reply) => reply.poll_drive(cx),
        }
    }

    fn stalled(&self) -> Option<Instant> {
        match self {
            Way::Single(_) => None,
            Way::Stream(reply) => reply.stalled(),
        }
    }

    fn reset(self) {
        let out = match self {
            Way::Single(out) => Some(out),
            Way::Stream(reply) => reply.finish().out,
        };
        if let Some(mut out) = out {
            out.cancel();
        }
    }
}

/// The end of a response, on its way out.
struct Answer {
    out: Option<Outgoing>,
    data: Bytes,
    /// Sent when the data is.
    trailers: Option<Metadata>,
}

// === impl Answer ===

impl Answer {
    fn new(way: Way, outcome: Outcome) -> Answer {
        let (result, metadata, trailers, reply) = outcome.into_parts();
        match way {
            Way::Single(out) => {
                let result = match (result, reply) {
                    (Ok(()), Some(frame)) => {
                        return Answer::message(out, metadata, frame, trailers);
                    }
                    (Ok(()), None) => Err(Status::internal(
                        "an interceptor claimed success without a response",
                    )),
                    (result, _) => result,
                };
                Answer::end(out, result, metadata, Bytes::new(), trailers)
            }
            Way::Stream(shared) => {
                let Rest {
                    out,
                    pending,
                    metadata: mut initial,
                    trailers: mut all,
                } = shared.finish();
                let Some(out) = out else {
                    return Answer {
                        out: None,
                        data: Bytes::new(),
                        trailers: None,
                    };
                };
                initial.extend(metadata);
                all.extend(trailers);
                Answer::end(out, result, initial, pending, all)
            }
        }
    }

    fn message(mut out: Outgoing, metadata: Metadata, frame: Bytes, trailers: Metadata) -> Answer {
        // An error shows itself when the data is sent.
        let _ = out.send_head(200, head::response(metadata), false);
        Answer {
            out: Some(out),
            data: frame,
            trailers: Some(head::trailers(Ok(()), trailers)),
        }
    }

    fn end(
        mut out: Outgoing,
        result: Result<(), Status>,
        metadata: Metadata,
        pending: Bytes,
        trailers: Metadata,
    ) -> Answer {
        let trailers = match (out.is_waiting(), result) {
            (true, Err(status)) => {
                let _ = out.send_head(200, head::trailers_only(status, metadata, trailers), true);
                return Answer {
                    out: None,
                    data: Bytes::new(),
                    trailers: None,
                };
            }
            (true, Ok(())) => {
                let _ = out.send_head(200, head::response(metadata), false);
                head::trailers(Ok(()), trailers)
            }
            (false, result) => head::trailers(result, trailers),
        };
        Answer {
            out: Some(out),
            data: pending,
            trailers: Some(trailers),
        }
    }

    fn poll(&mut self, cx: &mut std::task::Context<'_>) -> Poll<Result<(), Gone>> {
        let Some(out) = &mut self.out else {
            return Poll::Ready(Ok(()));
        };
        if out.poll_write(cx, &mut self.data)?.is_pending() {
            // A reset shows itself as a failed write, once the window moves; a
            // client that is gone must not be waited for.
            return out.poll_gone(cx).map(|()| Err(Gone));
        }
        let sent = self
            .trailers
            .take()
            .map_or(Ok(()), |trailers| out.send_trailers(trailers));
        self.out = None;
        Poll::Ready(sent)
    }

    fn reset(mut self) {
        if let Some(out) = &mut self.out {
            out.cancel();
        }
    }
}

/// No deadline: further than any timer goes.
fn far() -> Instant {
    Instant::now() + Duration::from_secs(365 * 24 * 3600)
}
