//! `Service`: what generated code implements; and lists of services, as types.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::ServerCall;
use crate::{Outcome, ServiceSpec};

/// A service that a server can take calls for. Generated code implements it.
pub trait Service: Send + Sync + 'static {
    /// The table of the service.
    fn spec(&self) -> &'static ServiceSpec;

    /// Answers one call.
    fn call(&self, call: ServerCall) -> impl Future<Output = Outcome> + Send;
}

/// A service whose name is a constant, for routers of others that ask for the name
/// of a type. Generated code implements it.
pub trait NamedService: Service {
    /// `package.Service`.
    const NAME: &'static str;
}

/// The services of a server. Composed as types, so that a call to any of them
/// is one future without a box.
#[doc(hidden)]
pub trait Services: Send + Sync + 'static {
    /// How many there are.
    const COUNT: usize;

    /// Adds the tables, by index.
    fn specs(&self, out: &mut Vec<&'static ServiceSpec>);

    /// Answers one call to the service of this index.
    fn call(&self, service: usize, call: ServerCall) -> impl Future<Output = Outcome> + Send;
}

/// No services.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default)]
pub struct NoServices;

/// Services and one more.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct With<R, S> {
    pub(super) rest: R,
    pub(super) service: S,
}

pin_project! {
    /// One of two calls. An `async fn` would keep its arguments beside them, at
    /// each step of a list.
    #[project = EitherProject]
    enum Either<A, B> {
        This { #[pin] future: A },
        Other { #[pin] future: B },
    }
}

impl<A, B> Future for Either<A, B>
where
    A: Future<Output = Outcome>,
    B: Future<Output = Outcome>,
{
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Outcome> {
        match self.project() {
            EitherProject::This { future } => future.poll(cx),
            EitherProject::Other { future } => future.poll(cx),
        }
    }
}

impl Services for NoServices {
    const COUNT: usize = 0;

    fn specs(&self, _: &mut Vec<&'static ServiceSpec>) {}

    async fn call(&self, _: usize, call: ServerCall) -> Outcome {
        call.unimplemented().await
    }
}

impl<R: Services, S: Service> Services for With<R, S> {
    const COUNT: usize = R::COUNT + 1;

    fn specs(&self, out: &mut Vec<&'static ServiceSpec>) {
        self.rest.specs(out);
        out.push(self.service.spec());
    }

    fn call(&self, service: usize, call: ServerCall) -> impl Future<Output = Outcome> + Send {
        if service == R::COUNT {
            Either::This {
                future: self.service.call(call),
            }
        } else {
            Either::Other {
                future: self.rest.call(service, call),
            }
        }
    }
}
