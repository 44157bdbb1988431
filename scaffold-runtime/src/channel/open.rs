//! From a call to a stream: waits for a connection and opens one on it.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use tokio::time::Sleep;

use super::engine::{Call, Frame, Refusal};
use super::head::{CallHead, deadline_exceeded};
use super::link::Link;
use super::runtime;
use crate::Status;

/// How often an attempt may meet a connection that has just closed to new calls.
/// Such an attempt sends nothing, so that this bounds only a race.
const MAX_OPENS: usize = 16;

/// Opens a stream on a connection that takes calls; `quick` says that one
/// message is expected. Waits while there is no connection, or no stream.
pub(super) async fn open(
    link: &Arc<Link>,
    head: &CallHead,
    quick: bool,
    request: Option<Frame<'_>>,
) -> Result<Call, Status> {
    for _ in 0..MAX_OPENS {
        let connection = link.connection(head.wait_for_ready).await?;
        let start = head.start(quick, request)?;
        let mut place = connection.queue();
        let refusal = match poll_fn(|cx| place.poll_open(&start, cx)).await {
            Ok(call) => return Ok(call),
            Err(refusal) => refusal,
        };
        match refusal {
            Refusal::Elsewhere => link.lost(connection.id()),
            Refusal::Fields => {
                return Err(Status::resource_exhausted(
                    "the call's metadata is more than the server takes, or than can be sent",
                ));
            }
            Refusal::Queue => {
                return Err(Status::resource_exhausted(format!(
                    "{} calls wait for a stream already: see max_waiting_calls",
                    link.config.max_waiting_calls
                )));
            }
        }
    }
    Err(Status::unavailable(
        "no connection takes a call: each was closed as soon as it was made",
    ))
}

/// Gives `work` up at the deadline. The timer is made when it is needed, for
/// most calls with the first wait.
pub(super) async fn within<T>(
    deadline: Option<Instant>,
    work: impl Future<Output = Result<T, Status>>,
) -> Result<T, Status> {
    let mut work = pin!(work);
    let mut sleep = pin!(None::<Sleep>);
    poll_fn(|cx| {
        if let Poll::Ready(done) = work.as_mut().poll(cx) {
            return Poll::Ready(done);
        }
        let Some(deadline) = deadline else {
            return Poll::Pending;
        };
        if sleep.is_none() {
            match runtime::sleep_until(deadline) {
                Ok(timer) => sleep.set(Some(timer)),
                Err(status) => return Poll::Ready(Err(status)),
            }
        }
        match sleep.as_mut().as_pin_mut() {
            Some(timer) => timer.poll(cx).map(|()| Err(deadline_exceeded())),
            None => Poll::Pending,
        }
    })
    .await
}
