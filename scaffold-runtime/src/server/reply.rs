//! The sending side of a streaming call: shared by the handler's `Sender` and by
//! the call that ends the stream.
//!
//! Only the call's own task is woken by the transport, which has room for one
//! waker; it wakes the sender where that has moved to another task.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use bytes::Bytes;

use super::head;
use crate::stream::Sink;
use crate::transport::server::Outgoing;
use crate::{Metadata, Status};

/// The sending side of one streaming call.
pub(super) struct StreamReply {
    state: Mutex<State>,
    limit: usize,
}

/// The handler's end.
pub(super) struct StreamSink(pub(super) Arc<StreamReply>);

struct State {
    /// Taken when the call ends.
    out: Option<Outgoing>,
    /// What is left of the last frame.
    pending: Bytes,
    /// Since when nothing of it could be sent.
    stalled: Option<Instant>,
    sent: u64,
    /// What the sender left behind.
    metadata: Metadata,
    trailers: Metadata,
    driver: Option<Waker>,
    sender: Option<Waker>,
}

/// What is left of a streaming call when its handler has ended.
pub(super) struct Rest {
    pub(super) out: Option<Outgoing>,
    pub(super) pending: Bytes,
    pub(super) metadata: Metadata,
    pub(super) trailers: Metadata,
}

// === impl StreamReply ===

impl StreamReply {
    pub(super) fn new(out: Outgoing, limit: usize) -> StreamReply {
        let state = State {
            out: Some(out),
            pending: Bytes::new(),
            stalled: None,
            sent: 0,
            metadata: Metadata::new(),
            trailers: Metadata::new(),
            driver: None,
            sender: None,
        };
        StreamReply {
            state: Mutex::new(state),
            limit,
        }
    }

    /// Sends what is pending; ready when the client is gone. Called by the call's
    /// own task, before it polls the handler.
    pub(super) fn poll_drive(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        state.driver = Some(cx.waker().clone());
        let gone = state.flush().is_err()
            || match &mut state.out {
                Some(out) => out.poll_gone(cx).is_ready(),
                None => true,
            };
        if gone {
            state.out = None;
        }
        if gone || state.pending.is_empty() {
            state.wake_sender(Some(cx.waker()));
        }
        if gone { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Since when the client has taken nothing.
    pub(super) fn stalled(&self) -> Option<Instant> {
        self.lock().stalled
    }

    /// How many messages were sent.
    pub(super) fn sent(&self) -> u64 {
        self.lock().sent
    }

    /// Ends the sender's part: from here on it fails.
    pub(super) fn finish(&self) -> Rest {
        let mut state = self.lock();
        let rest = Rest {
            out: state.out.take(),
            pending: std::mem::take(&mut state.pending),
            metadata: std::mem::take(&mut state.metadata),
            trailers: std::mem::take(&mut state.trailers),
        };
        state.wake_sender(None);
        rest
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing here panics half-way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl State ===

impl State {
    fn send_head(&mut self, metadata: &mut Metadata) -> Result<(), Status> {
        let out = self.out.as_mut().ok_or_else(closed)?;
        if out.is_waiting() {
            out.send_head(200, head::response(std::mem::take(metadata)), false)
                .map_err(|_| closed())?;
        }
        Ok(())
    }

    /// Sends as much of the last frame as the windows allow.
    fn flush(&mut self) -> Result<(), ()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let (Some(out), Some(driver)) = (&mut self.out, &self.driver) else {
            return Err(());
        };
        let before = self.pending.len();
        let polled = out.poll_write(&mut Context::from_waker(driver), &mut self.pending);
        match polled {
            Poll::Ready(Ok(())) => self.stalled = None,
            Poll::Ready(Err(_)) => return Err(()),
            Poll::Pending if self.stalled.is_none() || self.pending.len() < before => {
                self.stalled = Some(crate::clock::now());
            }
            Poll::Pending => {}
        }
        Ok(())
    }

    /// Wakes a sender that lives in another task than `here`.
    fn wake_sender(&mut self, here: Option<&Waker>) {
        if let Some(sender) = self.sender.take()
            && !here.is_some_and(|here| here.will_wake(&sender))
        {
            sender.wake();
        }
    }
}

// === impl StreamSink ===

impl Sink for StreamSink {
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Status>> {
        let mut state = self.0.lock();
        if state.out.is_none() || state.flush().is_err() {
            return Poll::Ready(Err(closed()));
        }
        if state.pending.is_empty() {
            return Poll::Ready(Ok(()));
        }
        state.sender = Some(cx.waker().clone());
        Poll::Pending
    }

    fn send_head(&mut self, metadata: &mut Metadata) -> Result<(), Status> {
        self.0.lock().send_head(metadata)
    }

    fn send(&mut self, frame: Bytes, metadata: &mut Metadata) -> Result<(), Status> {
        let mut state = self.0.lock();
        state.send_head(metadata)?;
        state.pending = frame;
        state.sent += 1;
        state.flush().map_err(|()| closed())?;
        if !state.pending.is_empty()
            && let Some(driver) = &state.driver
        {
            // It keeps the time that the client takes.
            driver.wake_by_ref();
        }
        Ok(())
    }

    fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.0.lock();
        if state.out.is_none() {
            return Poll::Ready(());
        }
        state.sender = Some(cx.waker().clone());
        Poll::Pending
    }

    fn is_closed(&self) -> bool {
        self.0.lock().out.is_none()
    }

    fn limit(&self) -> usize {
        self.0.limit
    }

    fn close(&mut self, metadata: Metadata, trailers: Metadata) {
        let mut state = self.0.lock();
        state.metadata = metadata;
        state.trailers = trailers;
    }
}

fn closed() -> Status {
    Status::cancelled("the call has ended, or the client gave it up")
}
