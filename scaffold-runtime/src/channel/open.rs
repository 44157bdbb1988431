//! From a call to a stream: waits for a connection and opens one on it, within
//! the call's deadline.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use super::connection::Connection;
use super::head::{CallHead, deadline_exceeded};
use super::link::Link;
use super::{Receiver, Requests, runtime};
use crate::Status;
use crate::transport::client::{PendingResponse, RequestBody};

/// How often an attempt may meet a connection that has just closed to new calls.
/// Such an attempt sends nothing, so that this bounds only a race.
const MAX_OPENS: usize = 16;

/// A stream, with the connection that it is on.
pub(super) type Opened = (Connection, RequestBody, PendingResponse);

/// Starts a call; ready when its stream is open.
pub(crate) async fn start(
    link: &Arc<Link>,
    head: CallHead,
    requests: Requests,
) -> Result<Receiver, Status> {
    let mut sleep = match head.deadline {
        Some(deadline) => Some(Box::pin(runtime::sleep_until(deadline)?)),
        None => None,
    };
    let opened = {
        let mut opening = pin!(open(link, &head));
        poll_fn(|cx| {
            if let Poll::Ready(opened) = opening.as_mut().poll(cx) {
                return Poll::Ready(opened);
            }
            match &mut sleep {
                Some(sleep) => sleep.as_mut().poll(cx).map(|()| Err(deadline_exceeded())),
                None => Poll::Pending,
            }
        })
        .await?
    };
    Ok(Receiver::new(link.clone(), head, requests, sleep, opened))
}

/// Opens a stream on a connection that takes calls.
pub(super) async fn open(link: &Arc<Link>, head: &CallHead) -> Result<Opened, Status> {
    let mut last = String::new();
    for _ in 0..MAX_OPENS {
        let connection = link.connection(head.wait_for_ready).await?;
        let block = head.block(&link.user_agent)?;
        match connection.open(head.path, block, false) {
            Ok((body, response)) => return Ok((connection, body, response)),
            Err(fault) => {
                link.lost(connection.id());
                last = connection.explain(&fault);
            }
        }
    }
    let text = format!("no connection takes a call: {last}");
    Err(Status::unavailable(text))
}
