//! The sending half of a call with a request stream.
//!
//! It is shared: the handle that sends writes to it, and the handle that
//! receives ends it when the response ends, cancels it when it is dropped, and
//! starts it again when the server surely did not process the call. Until the
//! response's head is there, what was sent is kept for that, up to a limit.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::engine::{Connection, Gone, Prepared};

/// The sending half of one call.
#[derive(Debug)]
pub(crate) struct Upload {
    state: Mutex<State>,
}

struct State {
    /// The stream, as its connection knows it; `None` before the first start,
    /// while starting again, and when over. The receiving half, which owns the
    /// call, takes it away before it lets go of the key.
    stream: Option<(Connection, u32)>,
    /// What to send again; `None` once that is out of the question.
    kept: Option<Vec<u8>>,
    /// How many bytes may be kept.
    room: usize,
    /// How many messages were sent.
    sent: u64,
    /// Whether the end of the requests was sent.
    ended: bool,
    /// Whether nothing can be sent any more.
    over: bool,
    /// The sender, waiting for a new start.
    waiting: Option<Waker>,
}

/// Nothing can be sent: the receiving half knows why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Over;

// === impl Upload ===

impl Upload {
    /// A sending half without a stream yet.
    pub(super) fn new(room: usize) -> Self {
        let state = State {
            stream: None,
            kept: Some(Vec::new()),
            room,
            sent: 0,
            ended: false,
            over: false,
            waiting: None,
        };
        Self {
            state: Mutex::new(state),
        }
    }

    /// Hands a message over once the window is open, whole or not at all.
    ///
    /// `alone` says that the receiving half is polled elsewhere, if at all: then
    /// a stream that fails is not waited for.
    pub(crate) fn poll_send(
        &self,
        message: &Prepared<'_>,
        alone: bool,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Over>> {
        let mut state = self.lock();
        if state.over || state.ended {
            return Poll::Ready(Err(Over));
        }
        let State {
            stream, kept, room, ..
        } = &mut *state;
        let kept_len = kept.as_ref().map(Vec::len);
        if kept_len.is_some_and(|len| len + message.len() > *room) {
            *kept = None;
        }
        let polled = match stream {
            Some((connection, key)) => connection.poll_send(*key, message, kept.as_mut(), cx),
            None => Poll::Pending,
        };
        match polled {
            Poll::Ready(Ok(())) => {
                state.sent += 1;
                Poll::Ready(Ok(()))
            }
            // The receiving half sees the same fault, and starts again or ends.
            Poll::Ready(Err(Gone)) if alone || state.kept.is_none() => {
                state.kept = None;
                Poll::Ready(Err(Over))
            }
            Poll::Ready(Err(Gone)) | Poll::Pending => {
                state.waiting = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    /// How many messages were sent.
    pub(crate) fn sent(&self) -> u64 {
        self.lock().sent
    }

    /// Ends the requests; nothing if they are ended already.
    pub(crate) fn end(&self) -> Result<(), Over> {
        let mut state = self.lock();
        if state.over {
            return Err(Over);
        }
        if !std::mem::replace(&mut state.ended, true)
            && let Some((connection, key)) = &state.stream
        {
            connection.end_requests(*key);
        }
        Ok(())
    }

    /// Resets the stream, so that the server does not take what it has for all.
    pub(crate) fn cancel(&self) {
        let mut state = self.lock();
        if let Some((connection, key)) = &state.stream {
            connection.cancel(*key);
        }
        state.close();
    }

    /// Takes note that the call is over.
    pub(super) fn close(&self) {
        self.lock().close();
    }

    /// Takes note that the server processes the call: nothing is sent again.
    pub(super) fn commit(&self) {
        self.lock().kept = None;
    }

    /// Gives up the failed stream if all of it could be sent again.
    pub(super) fn can_start_again(&self) -> bool {
        let mut state = self.lock();
        let can = state.kept.is_some() && !state.over;
        if can {
            state.stream = None;
        }
        can
    }

    /// Goes on with a new stream, sending what was kept first.
    pub(super) fn start(&self, connection: Connection, key: u32) {
        let mut state = self.lock();
        if state.over {
            connection.cancel(key);
            return;
        }
        let again = state.kept.clone().unwrap_or_default();
        if state.ended || !again.is_empty() {
            connection.send_again(key, again, state.ended);
        }
        state.stream = Some((connection, key));
        state.wake();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code under the lock can leave the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl State ===

impl State {
    fn close(&mut self) {
        self.over = true;
        self.kept = None;
        self.stream = None;
        self.wake();
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waiting.take() {
            waker.wake();
        }
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State")
            .field("ended", &self.ended)
            .field("over", &self.over)
            .finish_non_exhaustive()
    }
}
