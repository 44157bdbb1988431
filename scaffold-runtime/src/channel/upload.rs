//! The sending half of a call with a request stream.
//!
//! It is shared: the handle that sends writes to it, and the handle that
//! receives ends it when the response ends, cancels it when it is dropped, and
//! starts it again when the server surely did not process the call. Until the
//! response's head is there, what was sent is kept for that, up to a limit.
//!
//! Small messages are gathered until the connection is polled next, and go out
//! in one DATA frame: that saves work on both sides, and servers count a flood of
//! small frames as an attack.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};

use super::connection::Connection;
use crate::transport::client::RequestBody;

/// How much is gathered, at most, and from where a frame goes out by itself.
const GATHER: usize = 8 * 1024;

/// The sending half of one call.
#[derive(Debug)]
pub(crate) struct Upload {
    state: Mutex<State>,
}

struct State {
    /// `None` before the first start, while starting again, and when over.
    body: Option<(RequestBody, Connection)>,
    /// Small messages that wait for the connection to be polled.
    gathered: BytesMut,
    /// What to send again; `None` once that is out of the question.
    kept: Option<Vec<Bytes>>,
    /// How many bytes more may be kept.
    room: usize,
    /// How many messages were sent.
    sent: u64,
    /// Whether the end of the requests was sent.
    ended: bool,
    /// Whether nothing can be sent any more.
    over: bool,
    /// The sender, waiting for a window or a new start.
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
            body: None,
            gathered: BytesMut::new(),
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

    /// Hands over `frame` once the window is open, and takes it out; never in part.
    ///
    /// `alone` says that the receiving half is polled elsewhere, if at all: then
    /// a stream that fails is not waited for.
    pub(crate) fn poll_send(
        self: &Arc<Self>,
        frame: &mut Option<Bytes>,
        alone: bool,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Over>> {
        let mut state = self.lock();
        if state.over || state.ended {
            return Poll::Ready(Err(Over));
        }
        let ready = match &mut state.body {
            Some((body, _)) => body.poll_ready(cx),
            None => Poll::Pending,
        };
        match ready {
            Poll::Ready(Ok(())) => {}
            Poll::Pending => {
                state.waiting = Some(cx.waker().clone());
                return Poll::Pending;
            }
            // The receiving half sees the same fault, and starts again or ends.
            Poll::Ready(Err(_)) if !alone && state.kept.is_some() => {
                state.waiting = Some(cx.waker().clone());
                return Poll::Pending;
            }
            Poll::Ready(Err(_)) => {
                state.kept = None;
                return Poll::Ready(Err(Over));
            }
        }
        let Some(frame) = frame.take() else {
            return Poll::Ready(Ok(()));
        };
        state.keep(&frame);
        state.sent += 1;
        let first = state.gathered.is_empty();
        if frame.len() < GATHER {
            state.gathered.extend_from_slice(&frame);
            if state.gathered.len() >= GATHER {
                state.flush();
            } else if first && let Some((_, connection)) = &state.body {
                connection.flush_soon(Arc::downgrade(self));
            }
        } else {
            state.flush();
            state.send(frame, false);
        }
        Poll::Ready(Ok(()))
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
        if !std::mem::replace(&mut state.ended, true) {
            let rest = state.gathered.split().freeze();
            state.send(rest, true);
        }
        Ok(())
    }

    /// Hands what was gathered to the stream.
    pub(super) fn flush(&self) {
        self.lock().flush();
    }

    /// Resets the stream, so that the server does not take what it has for all.
    pub(crate) fn cancel(&self) {
        let mut state = self.lock();
        if let Some((body, _)) = &mut state.body {
            body.cancel();
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
            state.body = None;
            state.gathered.clear();
        }
        can
    }

    /// Goes on with a new stream, sending what was kept first.
    pub(super) fn start(&self, mut body: RequestBody, connection: Connection) {
        let mut state = self.lock();
        if state.over {
            body.cancel();
            return;
        }
        let mut again = BytesMut::new();
        for frame in state.kept.iter().flatten() {
            again.extend_from_slice(frame);
        }
        state.body = Some((body, connection));
        if state.ended || !again.is_empty() {
            let ended = state.ended;
            state.send(again.freeze(), ended);
        }
        state.wake();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code under the lock can leave the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl State ===

impl State {
    fn keep(&mut self, frame: &Bytes) {
        match self.room.checked_sub(frame.len()) {
            Some(room) => {
                self.room = room;
                self.kept
                    .iter_mut()
                    .for_each(|kept| kept.push(frame.clone()));
            }
            None => self.kept = None,
        }
    }

    fn flush(&mut self) {
        // Once the end is sent, nothing is gathered.
        if !self.gathered.is_empty() {
            let gathered = self.gathered.split().freeze();
            self.send(gathered, false);
        }
    }

    fn send(&mut self, bytes: Bytes, ended: bool) {
        if let Some((body, _)) = &mut self.body {
            // A fault here is one that the next look at the stream sees again.
            let _ = body.send(bytes, ended);
        }
    }

    fn close(&mut self) {
        self.over = true;
        self.kept = None;
        self.body = None;
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
