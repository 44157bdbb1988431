//! Two futures, and which is ready first.
//!
//! `tokio::select!` would do, at the price of one more crate for everybody.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// Which future was ready, and its output.
pub(super) enum First<A, B> {
    Left(A),
    Right(B),
}

/// Waits for either; the left one wins a draw. The other one is dropped.
pub(super) async fn race<A: Future, B: Future>(left: A, right: B) -> First<A::Output, B::Output> {
    let (mut left, mut right) = (pin!(left), pin!(right));
    poll_fn(|cx| {
        if let Poll::Ready(output) = left.as_mut().poll(cx) {
            return Poll::Ready(First::Left(output));
        }
        right.as_mut().poll(cx).map(First::Right)
    })
    .await
}
