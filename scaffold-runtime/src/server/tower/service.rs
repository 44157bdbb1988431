//! `GrpcService`: a generated service as a `tower::Service`.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body;

use super::drive::Drive;
use super::head::Encodes;
use super::limits::Budgets;
use super::{Limits, ResponseBody, ResponseFuture, head};
use crate::interceptor::{Chain, Identity};
use crate::server::exchange::{App, Held, Start, exchange};
use crate::server::heads::Door;
use crate::server::router::Router;
use crate::server::service::{NoServices, With};
use crate::{CompressionConfig, Error, Interceptor, Service};

/// A gRPC service as a `tower::Service` over `http::Request`, for any body: to
/// be mounted in a server of axum, hyper or tonic, or wrapped in layers.
///
/// It answers as our own server does: deadlines, interceptors, limits, panics
/// and cancellation are the same. It spawns nothing and never fails; calls with
/// a deadline need a tokio runtime with its timer. The server around it must
/// speak HTTP/2 with trailers.
///
/// A [`Peer`](crate::Peer) among the request's extensions becomes the call's;
/// what else is there is in the handler's
/// [`extensions`](crate::Request::extensions), as `http::Extensions`.
pub struct GrpcService<T, I = Identity> {
    held: Arc<Held<I, With<NoServices, T>>>,
    name: &'static str,
    compression: Arc<CompressionConfig>,
    receive_buffer: usize,
}

/// What a [`GrpcService`] is made with. Services of clones share the budget of
/// [`Limits::in_flight_request_bytes`] and that of responses.
#[derive(Clone, Debug)]
pub struct Builder<I = Identity> {
    limits: Limits,
    budgets: Budgets,
    compression: Arc<CompressionConfig>,
    interceptors: I,
}

// === impl GrpcService ===

impl GrpcService<NoServices> {
    /// Limits and interceptors first, then the service.
    pub fn builder() -> Builder {
        let limits = Limits::default();
        Builder {
            limits,
            budgets: Budgets::new(&limits),
            compression: Arc::default(),
            interceptors: Identity,
        }
    }
}

impl<T: Service> GrpcService<T> {
    /// A service with the default [`Limits`] and without interceptors.
    pub fn new(service: T) -> GrpcService<T> {
        GrpcService::builder().service(service)
    }
}

impl<T, I> GrpcService<T, I> {
    /// The service's full name: `package.Service`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The path of all its methods, as axum (from 0.8) and matchit write it:
    /// `/package.Service/{*method}`.
    pub fn route(&self) -> String {
        format!("/{}/{{*method}}", self.name)
    }
}

impl<T, I, B> tower_service::Service<Request<B>> for GrpcService<T, I>
where
    T: Service,
    I: Interceptor,
    B: Body + Send + 'static,
{
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> ResponseFuture {
        let (head, body) = request.into_parts();
        let app = &self.held.0;
        let door = Door {
            router: &app.router,
            compression: &self.compression,
        };
        let now = crate::clock::now();
        let (route, coding, parts) = match head::judge(door, head, now) {
            Ok(call) => call,
            Err(refusal) => return ResponseFuture::refused(head::refused(refusal)),
        };
        let limits = &app.limits;
        let is_stream = route.spec.shape.streams_responses();
        let pipe = limits.pipe();
        let messages = limits.requests(&pipe, route.spec.shape, coding.requests, now);
        let deadline = parts.deadline;
        let start = Start {
            route,
            parts,
            body: messages,
            pipe: is_stream.then(|| pipe.clone()),
            rules: limits.rules.settled(coding.responses),
        };
        let says = Encodes {
            sends: coding.responses,
            reads: self.compression.accept,
        };
        let drive = Drive::new(
            exchange(self.held.clone(), start),
            Box::pin(body),
            pipe,
            self.receive_buffer,
            deadline,
            is_stream,
        );
        ResponseFuture::call(drive, says)
    }
}

impl<T, I> Clone for GrpcService<T, I> {
    fn clone(&self) -> GrpcService<T, I> {
        GrpcService {
            held: self.held.clone(),
            name: self.name,
            compression: self.compression.clone(),
            receive_buffer: self.receive_buffer,
        }
    }
}

impl<T, I> fmt::Debug for GrpcService<T, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrpcService")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

// === impl Builder ===

impl<I: Interceptor> Builder<I> {
    /// Sets the limits.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Builder<I> {
        Builder {
            limits,
            budgets: Budgets::new(&limits),
            ..self
        }
    }

    /// Sets what is compressed, and what is read. By default nothing is sent
    /// compressed, and all that is built in is read.
    ///
    /// # Errors
    ///
    /// If an encoding is not built in.
    pub fn compression(self, compression: CompressionConfig) -> Result<Builder<I>, Error> {
        compression
            .check()
            .map_err(|why| Error::message(format!("the service's {why}")))?;
        Ok(Builder {
            compression: Arc::new(compression),
            ..self
        })
    }

    /// Adds an interceptor behind those that are there: first listed acts first.
    pub fn intercept<J: Interceptor>(self, interceptor: J) -> Builder<Chain<I, J>> {
        Builder {
            limits: self.limits,
            budgets: self.budgets,
            compression: self.compression,
            interceptors: Chain::new(self.interceptors, interceptor),
        }
    }

    /// The service.
    pub fn service<T: Service>(self, service: T) -> GrpcService<T, I> {
        let spec = service.spec();
        let app = App {
            interceptors: self.interceptors,
            services: With {
                rest: NoServices,
                service,
            },
            router: Router::of(spec),
            limits: self.limits.of_calls(&self.budgets, &self.compression),
        };
        GrpcService {
            held: Arc::new(Held(Arc::new(app))),
            name: spec.name,
            compression: self.compression,
            receive_buffer: self.limits.receive_buffer,
        }
    }
}

/// So that `tonic::service::Routes` and `tonic::transport::Server` can route to it.
#[cfg(feature = "tonic")]
impl<T: crate::NamedService, I> tonic::server::NamedService for GrpcService<T, I> {
    const NAME: &'static str = T::NAME;
}
