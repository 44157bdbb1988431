//! A panic becomes an answer.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use crate::{Call, Interceptor, Next, Outcome, Status};

/// Ends a call whose handler panics with INTERNAL, and keeps the panic's text
/// out of the answer: it goes to the log, at level ERROR, with the method.
///
/// What the handler left half done stays so: state behind a `std::sync::Mutex`
/// is poisoned, as after any panic. Without effect under `panic = "abort"`.
///
/// # Examples
///
/// ```no_run
/// use scaffold_runtime::interceptors::Recover;
/// use scaffold_runtime::{Server, ServerConfig};
///
/// let server = Server::new(ServerConfig::default()).intercept(Recover::new());
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Recover {
    _private: (),
}

impl Recover {
    /// Recovers from panics.
    #[must_use]
    pub fn new() -> Recover {
        Recover::default()
    }
}

impl Interceptor for Recover {
    async fn intercept<N: Next>(&self, call: Call, next: N) -> Outcome {
        let method = call.spec().path;
        let mut rest = pin!(next.run(call));
        std::future::poll_fn(|cx| {
            // The future is not polled again after a panic, so that nobody sees
            // the state that it left.
            let polled = catch_unwind(AssertUnwindSafe(|| rest.as_mut().poll(cx)));
            polled.unwrap_or_else(|panic| {
                tracing::error!(method, panic = text(&*panic), "handler panicked");
                Poll::Ready(Status::internal("the handler failed").into())
            })
        })
        .await
    }
}

fn text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a value that is no text")
}
