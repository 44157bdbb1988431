//! One call, from its head to its trailers.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::time::{Sleep, sleep_until};

use super::admit::admit;
use super::answer::Answer;
use super::reply::StreamReply;
use super::router::{Route, Router};
use super::service::Services;
use super::{ServerCall, guard};
use crate::framing::Decoder;
use crate::interceptor::Side;
use crate::pool::Budget;
use crate::transport::server::{Accepted, Gone, Incoming, Outgoing};
use crate::{Call, Interceptor, Next, Outcome, Peer, Status};

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
pub(super) enum Way {
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
        let left = answer.left();
        if let Poll::Ready(done) = answer.poll(cx) {
            return Poll::Ready(done);
        }
        if timer.is_none() || answer.left() < left {
            let until = deadline
                .unwrap_or_else(far)
                .min(crate::clock::now() + app.write_stall);
            timer.set(Some(sleep_until(until.into())));
        }
        match timer.as_mut().as_pin_mut() {
            Some(sleep) => sleep.poll(cx).map(|()| Err(Gone)),
            None => Poll::Pending,
        }
    });
    if written.await.is_err() {
        answer.cancel();
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
            if fired && until <= crate::clock::now() {
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

/// No deadline: further than any timer goes.
fn far() -> Instant {
    crate::clock::now() + Duration::from_secs(365 * 24 * 3600)
}
