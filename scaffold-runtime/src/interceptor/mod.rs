//! Interceptors: code around calls, on both sides and for all call shapes.

mod call;
mod chain;
mod outcome;

pub use call::{Call, Side};
pub use chain::{Chain, Identity};
pub use outcome::Outcome;

use std::future::Future;

/// Code around calls: authentication, limits, tracing, retry.
///
/// It runs once for each call, whatever the call's shape. It may refuse the call
/// by not running `next`, change the [`Call`] on the way in and the [`Outcome`]
/// on the way out. Interceptors are composed as types when a server or client is
/// built: an empty chain costs nothing. First listed acts first, and sees the
/// outcome last.
///
/// ```
/// use scaffold_runtime::{Call, Interceptor, Next, Outcome, Status};
///
/// struct Tenant;
///
/// impl Interceptor for Tenant {
///     async fn intercept<N: Next>(&self, call: Call, next: N) -> Outcome {
///         if call.metadata().get("x-tenant").is_none() {
///             return Status::unauthenticated("x-tenant is missing").into();
///         }
///         let outcome = next.run(call).await;
///         println!("ended with {}", outcome.code());
///         outcome
///     }
/// }
/// ```
pub trait Interceptor: Send + Sync + 'static {
    /// Handles one call.
    fn intercept<N: Next>(&self, call: Call, next: N) -> impl Future<Output = Outcome> + Send;
}

/// What follows an interceptor: the next one, and at the end the call itself.
pub trait Next: Send {
    /// Runs the rest of the call.
    fn run(self, call: Call) -> impl Future<Output = Outcome> + Send;
}

impl<I: Interceptor> Interceptor for std::sync::Arc<I> {
    fn intercept<N: Next>(&self, call: Call, next: N) -> impl Future<Output = Outcome> + Send {
        I::intercept(self, call, next)
    }
}
