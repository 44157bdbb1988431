//! What the outside of a call tells its inside: stop, the client is gone; look
//! at the clock.
//!
//! Interceptors stand between the two. So that they see how a call ended that
//! was cut off, the inside drops the handler and answers with a status, instead
//! of the outside dropping everything. Both are polled in one go, on one thread,
//! which makes a thread-local the cheapest way across.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Instant;

use crate::counters::Cause;
use crate::{Outcome, Status, deadline};

/// What the two sides tell each other during a poll.
#[derive(Clone, Copy, Default)]
struct Note {
    /// Inwards: nobody waits for the answer.
    gone: bool,
    /// Inwards: the timer fired.
    fired: bool,
    /// Outwards: when the timer must fire.
    wake_at: Option<Instant>,
}

thread_local! {
    static NOTE: Cell<Note> = const { Cell::new(Note { gone: false, fired: false, wake_at: None }) };
}

/// Polls the inside; returns what it says and when it wants to be polled again.
pub(super) fn enter<R>(gone: bool, fired: bool, poll: impl FnOnce() -> R) -> (R, Option<Instant>) {
    let before = NOTE.replace(Note {
        gone,
        fired,
        wake_at: None,
    });
    let result = poll();
    let note = NOTE.replace(before);
    (result, note.wake_at)
}

/// Runs a handler until its end, its deadline, or the loss of its client, and
/// drops it then.
pub(super) async fn run(
    deadline: Option<Instant>,
    handler: impl Future<Output = Outcome>,
) -> Outcome {
    let mut handler = pin!(Some(handler));
    poll_fn(|cx| {
        if let Some(status) = cut(deadline) {
            handler.set(None);
            return Poll::Ready(status.into());
        }
        let Some(future) = handler.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        watched(deadline, deadline::poll_in(deadline, future, cx))
    })
    .await
}

/// Why a handler must be dropped instead of polled, if it must.
pub(super) fn cut(deadline: Option<Instant>) -> Option<Status> {
    let note = NOTE.get();
    if note.gone {
        Some(Status::cancelled("the client gave the call up"))
    } else if has_fired(deadline) {
        Some(exceeded())
    } else {
        None
    }
}

/// Whether this is the poll that was asked for at this time.
pub(super) fn has_fired(at: Option<Instant>) -> bool {
    NOTE.get().fired && at.is_some_and(|at| at <= crate::clock::now())
}

/// Asks to be polled at this time, if there is more to do then. Of several who
/// ask the first is served.
pub(super) fn watched<T>(at: Option<Instant>, polled: Poll<T>) -> Poll<T> {
    if polled.is_pending()
        && let Some(at) = at
    {
        let note = NOTE.get();
        NOTE.set(Note {
            wake_at: Some(note.wake_at.map_or(at, |other| other.min(at))),
            ..note
        });
    }
    polled
}

/// The status of a call beyond what the server takes.
pub(super) fn too_many() -> Status {
    Status::resource_exhausted("the server has as many calls as it takes: retry with a back-off")
        .because(Cause::CallLimit)
}

/// The status of a call whose deadline passed.
pub(super) fn exceeded() -> Status {
    Status::deadline_exceeded("the deadline passed before the call ended")
        .because(Cause::DeadlineExceeded)
}
