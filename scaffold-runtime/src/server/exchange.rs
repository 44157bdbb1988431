//! One call, from the interceptors to the service.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::ServerCall;
use super::answer::Means;
use super::crowd::Crowd;
use super::requests::{Body, Requests};
use super::router::{Route, Router};
use super::service::Services;
use crate::counters::Counters;
use crate::framing::{Decoder, Rules};
use crate::interceptor::Side;
use crate::pool::Budget;
use crate::request::Parts;
use crate::stream::Pipe;
use crate::{Call, CallShape, Encoding, Interceptor, Next, Outcome};

/// What all calls of a server share.
pub(super) struct App<I, S> {
    pub(super) interceptors: I,
    pub(super) services: S,
    pub(super) router: Router,
    pub(super) limits: CallLimits,
}

/// What one call may cost.
#[derive(Clone)]
pub(super) struct CallLimits {
    /// Bytes of all requests that are being put together.
    pub(super) budget: Arc<Budget>,
    /// Bytes of all long responses that are not sent.
    pub(super) responses: Arc<Budget>,
    /// Calls of all connections.
    pub(super) calls: Arc<Crowd>,
    pub(super) max_receive: usize,
    pub(super) max_elements: usize,
    pub(super) rules: Rules,
    /// How long the one message of a request may take.
    pub(super) body_timeout: Duration,
    /// Bytes of responses that a pipe holds.
    pub(super) pipe_room: usize,
    /// What refusals are counted in.
    pub(super) counters: Counters,
}

/// A call that is about to begin.
pub(super) struct Start {
    pub(super) route: Route,
    pub(super) parts: Parts,
    pub(super) body: Body,
    /// The sending side, where the method streams responses.
    pub(super) pipe: Option<Arc<Pipe>>,
    pub(super) rules: Rules,
}

/// The end of the chain of interceptors: the service.
struct Dispatch<'a, S> {
    services: &'a S,
    route: Route,
    body: Body,
    pipe: Option<Arc<Pipe>>,
    rules: Rules,
}

/// A connection's hold on the app. Calls share the connection's count of it:
/// cores would fight for that of the server.
pub(super) struct Held<I, S>(pub(super) Arc<App<I, S>>);

// === impl CallLimits ===

impl CallLimits {
    /// A pipe for a call.
    pub(super) fn pipe(&self) -> Arc<Pipe> {
        Pipe::new(self.pipe_room, self.responses.clone(), self.budget.clone())
    }

    /// The request of a call whose head came `now`, as messages out of its pipe.
    pub(super) fn requests(
        &self,
        pipe: &Arc<Pipe>,
        shape: CallShape,
        encoding: Encoding,
        now: Instant,
    ) -> Body {
        let decoder = Decoder::new(self.max_receive, Some(self.budget.clone()))
            .max_elements(self.max_elements)
            .encoding(encoding);
        let due = match shape.streams_requests() {
            true => None,
            // A time that no clock reaches is none.
            false => now.checked_add(self.body_timeout),
        };
        Body::Pipe(Box::new(Requests::new(pipe.clone(), decoder, due)))
    }

    /// What answers need.
    pub(super) fn means(&self) -> Means<'_> {
        Means {
            budget: &self.responses,
            counters: &self.counters,
        }
    }
}

/// Runs one call.
pub(super) async fn exchange<I: Interceptor, S: Services>(
    held: Arc<Held<I, S>>,
    start: Start,
) -> Outcome {
    let app = &held.0;
    // Used where it lies: a name for each part would keep it twice.
    let call = Call::new(start.route.spec, Side::Server, start.parts);
    let dispatch = Dispatch {
        services: &app.services,
        route: start.route,
        body: start.body,
        pipe: start.pipe,
        rules: start.rules,
    };
    app.interceptors.intercept(call, dispatch).await
}

// === impl Dispatch ===

impl<S: Services> Next for Dispatch<'_, S> {
    fn run(self, call: Call) -> impl Future<Output = Outcome> + Send {
        let Dispatch {
            services,
            route,
            body,
            pipe,
            rules,
        } = self;
        let call = ServerCall {
            method: route.method(),
            parts: call.parts,
            response_metadata: call.response_metadata,
            body,
            pipe,
            rules,
        };
        services.call(route.service(), call)
    }
}
