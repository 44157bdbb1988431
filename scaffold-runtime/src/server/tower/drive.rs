//! One call, polled by whoever waits for its answer.
//!
//! There is no task: the future of the response, and then its body, poll the
//! call and read the request for it. Who does not read the body stops the
//! handler; who drops it cancels the call.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use bytes::Bytes;
use tokio::time::Sleep;

use super::inbound::Inbound;
use crate::server::end::End;
use crate::server::guard;
use crate::stream::{Outbound, Pipe, Taken};
use crate::{Metadata, Outcome, Status};

/// How often a call may empty what was read for it before others have a turn.
const TURNS: usize = 32;

/// A call without its type.
type Call = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// A call, its request, and what it has sent.
pub(super) struct Drive {
    /// `None` when it has ended.
    call: Option<Call>,
    /// `None` when it was read.
    request: Option<Inbound>,
    pipe: Arc<Pipe>,
    /// Bytes of the request that were read and not taken by the handler, and
    /// how many there may be.
    held: usize,
    window: usize,
    deadline: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
    /// Who was last told to the pipe.
    carrier: Option<Waker>,
    is_stream: bool,
    pub(super) out: Out,
    pub(super) end: Option<End>,
}

/// What was taken out of the pipe and waits to be asked for. One piece at a
/// time: the pipe holds the others, so that its room is the bound.
#[derive(Default)]
pub(super) struct Out {
    pub(super) head: Option<Metadata>,
    pub(super) piece: Option<Bytes>,
}

// === impl Drive ===

impl Drive {
    /// A call that was not polled yet. `window` bounds what is read ahead, in
    /// bytes; `is_stream` says that its method may answer without a message.
    pub(super) fn new(
        call: impl Future<Output = Outcome> + Send + 'static,
        request: Inbound,
        pipe: Arc<Pipe>,
        window: usize,
        deadline: Option<Instant>,
        is_stream: bool,
    ) -> Drive {
        Drive {
            call: Some(Box::pin(call)),
            request: Some(request),
            pipe,
            held: 0,
            window: window.max(1),
            deadline,
            timer: None,
            carrier: None,
            is_stream,
            out: Out::default(),
            end: None,
        }
    }

    /// Moves the call along, until there is something to send or it waits.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) {
        if self.call.is_none() {
            return;
        }
        self.meet(cx);
        for _ in 0..TURNS {
            let more = self.read(cx);
            let gone = more.is_err();
            if let Poll::Ready(outcome) = self.poll_call(cx, gone) {
                return self.finish(outcome);
            }
            self.pipe.carry(&mut self.out);
            self.held = self.held.saturating_sub(self.pipe.take_consumed());
            let has_more = more.unwrap_or(false) && self.held < self.window;
            if !has_more || self.out.head.is_some() || self.out.piece.is_some() {
                return;
            }
        }
        cx.waker().wake_by_ref();
    }

    /// Tells the pipe whom to wake.
    fn meet(&mut self, cx: &Context<'_>) {
        let known = self.carrier.as_ref();
        if !known.is_some_and(|known| known.will_wake(cx.waker())) {
            self.carrier = Some(cx.waker().clone());
            self.pipe.set_carrier(cx.waker());
        }
    }

    /// Reads the request as far as there is room. Says whether there may be more
    /// at once.
    ///
    /// # Errors
    ///
    /// If the body failed; nothing of the call is of use then.
    fn read(&mut self, cx: &mut Context<'_>) -> Result<bool, ()> {
        while let Some(request) = &mut self.request {
            if self.held >= self.window {
                return Ok(true);
            }
            match request.as_mut().poll_piece(cx) {
                Poll::Ready(Some(Ok(piece))) => {
                    self.held += piece.len();
                    self.pipe.push(&piece, || piece.clone());
                }
                Poll::Ready(Some(Err(_broken))) => {
                    self.request = None;
                    self.pipe.lose();
                    return Err(());
                }
                Poll::Ready(None) => {
                    self.request = None;
                    self.pipe.end();
                }
                Poll::Pending => return Ok(false),
            }
        }
        Ok(false)
    }

    fn poll_call(&mut self, cx: &mut Context<'_>, gone: bool) -> Poll<Outcome> {
        let Some(call) = &mut self.call else {
            return Poll::Pending;
        };
        loop {
            let fired = match &mut self.timer {
                Some(timer) => timer.as_mut().poll(cx).is_ready(),
                None => false,
            };
            let poll = || catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx)));
            let (polled, wake_at) = guard::enter(gone, fired, poll);
            match polled {
                Ok(Poll::Ready(outcome)) => return Poll::Ready(outcome),
                Ok(Poll::Pending) => {}
                // The panic's text may hold anything, so that it stays here; the
                // panic hook has printed it.
                Err(_panic) => {
                    return Poll::Ready(Status::internal("the handler panicked").into());
                }
            }
            if gone {
                return Poll::Pending;
            }
            let due = match (self.deadline, wake_at) {
                (Some(a), Some(b)) => a.min(b),
                (Some(due), None) | (None, Some(due)) => due,
                (None, None) => {
                    self.timer = None;
                    return Poll::Pending;
                }
            };
            if fired && due <= crate::clock::now() {
                // The inside has had its turn and did not end.
                return Poll::Ready(guard::exceeded().into());
            }
            if set(&mut self.timer, due.into()).poll(cx).is_pending() {
                return Poll::Pending;
            }
        }
    }

    fn finish(&mut self, outcome: Outcome) {
        self.drop_call();
        self.request = None;
        self.timer = None;
        let rest = self.pipe.finish();
        self.end = Some(End::of(outcome, rest, self.pipe.budget(), self.is_stream));
    }

    fn drop_call(&mut self) {
        let call = self.call.take();
        // What is left of a future after a panic may panic again.
        if catch_unwind(AssertUnwindSafe(|| drop(call))).is_err() {
            tracing::error!("a call panicked while it was dropped");
        }
    }
}

/// Nobody waits for the answer: interceptors hear of it, and the handler is
/// dropped.
impl Drop for Drive {
    fn drop(&mut self) {
        if self.call.is_none() {
            return;
        }
        self.pipe.lose();
        self.timer = None;
        if !std::thread::panicking() {
            let _ = self.poll_call(&mut Context::from_waker(Waker::noop()), true);
        }
        self.drop_call();
    }
}

/// Sets a timer, if it is not set to this time already.
fn set(timer: &mut Option<Pin<Box<Sleep>>>, due: tokio::time::Instant) -> Pin<&mut Sleep> {
    let timer = timer.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(due)));
    if timer.deadline() != due {
        timer.as_mut().reset(due);
    }
    timer.as_mut()
}

// === impl Out ===

impl Outbound for Out {
    fn head(&mut self, metadata: Metadata) -> bool {
        self.head = Some(metadata);
        true
    }

    fn copy(&mut self, _: &[u8]) -> bool {
        false
    }

    fn piece(&mut self, bytes: &Bytes) -> Taken {
        if self.piece.is_some() {
            return Taken::NotNow;
        }
        self.piece = Some(bytes.clone());
        Taken::Yes
    }
}
