//! One call, from the interceptors to the service.

use std::future::Future;
use std::sync::Arc;

use super::ServerCall;
use super::requests::Body;
use super::router::{Route, Router};
use super::service::Services;
use crate::framing::Rules;
use crate::interceptor::Side;
use crate::pool::Budget;
use crate::request::Parts;
use crate::stream::Pipe;
use crate::{Call, Interceptor, Next, Outcome};

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
    pub(super) max_receive: usize,
    pub(super) max_elements: usize,
    pub(super) rules: Rules,
    /// Bytes of responses that a pipe holds.
    pub(super) pipe_room: usize,
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
        Pipe::new(self.pipe_room, self.responses.clone())
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
            method: route.method,
            parts: call.parts,
            response_metadata: call.response_metadata,
            body,
            pipe,
            rules,
        };
        services.call(route.service, call)
    }
}
