//! The deadline of the call that is being served, for the calls it makes.
//!
//! While a handler is polled, its deadline is set for the thread. A client that
//! makes a call inside reads it here and takes it over, so that work stops
//! everywhere when nobody waits for it any more. Work that a handler moves to a
//! task of its own leaves the scope; [`scope`] carries it along.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

thread_local! {
    static CURRENT: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// The deadline of the call that is being served on this thread now.
pub fn current() -> Option<Instant> {
    CURRENT.get()
}

/// Polls a future with this as the current deadline.
///
/// ```no_run
/// # async fn handler() {
/// let deadline = scaffold_runtime::deadline::current();
/// tokio::spawn(scaffold_runtime::deadline::scope(deadline, async {
///     // calls made here have the deadline of the call that started the task
/// }));
/// # }
/// ```
pub async fn scope<F: Future>(deadline: Option<Instant>, future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    std::future::poll_fn(|cx| poll_in(deadline, future.as_mut(), cx)).await
}

/// Polls once with this as the current deadline.
pub(crate) fn poll_in<F: Future>(
    deadline: Option<Instant>,
    future: Pin<&mut F>,
    cx: &mut Context<'_>,
) -> Poll<F::Output> {
    within(deadline, || future.poll(cx))
}

/// Runs code with this as the current deadline.
pub(crate) fn within<R>(deadline: Option<Instant>, run: impl FnOnce() -> R) -> R {
    /// Sets the deadline back when the code panics, too.
    struct Back(Option<Instant>);
    impl Drop for Back {
        fn drop(&mut self) {
            CURRENT.set(self.0);
        }
    }
    let _back = Back(CURRENT.replace(deadline));
    run()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn scopes_nest_and_end() {
        let (outer, inner) = (Instant::now(), Instant::now() + Duration::from_secs(1));
        let mut future = std::pin::pin!(scope(Some(outer), async {
            assert_eq!(current(), Some(outer));
            scope(Some(inner), async { assert_eq!(current(), Some(inner)) }).await;
            assert_eq!(current(), Some(outer));
        }));
        let mut cx = Context::from_waker(std::task::Waker::noop());
        assert!(future.as_mut().poll(&mut cx).is_ready());
        assert_eq!(current(), None);
    }
}
