//! What a pipe holds.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

use bytes::Bytes;

use crate::Metadata;
#[cfg(doc)]
use crate::framing::FREE;
use crate::pool::{Budget, Buffer, Charge};

/// Bytes from the peer that may lie unread and are charged to no budget: a read
/// or so.
pub(crate) const UNREAD: usize = 16 << 10;

/// The bytes of one call, both ways.
pub(crate) struct Pipe {
    state: Mutex<State>,
    /// Bytes to the peer beyond which the handler waits.
    pub(super) room: usize,
    /// What messages to the peer are charged to.
    pub(super) budget: Arc<Budget>,
    /// What is not read of those from the peer is charged to.
    pub(super) requests: Arc<Budget>,
}

#[derive(Default)]
pub(super) struct State {
    // === from the peer ===
    /// Bodies in long pieces, as they came.
    pub(super) pieces: VecDeque<Bytes>,
    /// Short pieces, gathered behind those: each would hold on to a whole read
    /// buffer.
    pub(super) gathered: Option<Buffer>,
    /// Bytes in both.
    pub(super) unread: usize,
    /// What is charged for those, beyond what is free.
    pub(super) unread_charge: usize,
    pub(super) inbound: Inbound,
    /// Bytes the handler took, which the peer may send anew.
    pub(super) consumed: usize,
    pub(super) reader: Option<Waker>,

    // === to the peer ===
    /// Initial metadata that was not sent yet.
    pub(super) head: Option<Metadata>,
    pub(super) has_head: bool,
    /// Long frames, and what stood in front of them.
    pub(super) queue: VecDeque<Bytes>,
    /// Short frames, gathered behind those.
    pub(super) out: Option<Buffer>,
    /// How many they were when they were last sent: as many are likely to come.
    pub(super) last: usize,
    /// What is charged for those, beyond what is free.
    pub(super) charge: Option<Charge>,
    /// Bytes in both.
    pub(super) buffered: usize,
    pub(super) sent: u64,
    pub(super) writer: Option<Waker>,
    /// The writer waits for room, and not for the end alone.
    pub(super) wants_room: bool,
    /// Nobody takes anything any more.
    pub(super) closed: bool,
    /// What the sender left behind.
    pub(super) metadata: Metadata,
    pub(super) trailers: Metadata,

    // === the call ===
    pub(super) carrier: Option<Waker>,
    /// Whether the writer is polled with the carrier.
    pub(super) writes_here: bool,
}

/// How far the peer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Inbound {
    #[default]
    Open,
    Ended,
    /// The peer gave the call up, or was lost.
    Gone,
    /// There was no memory for what came.
    Refused,
}

// === impl Pipe ===

impl Pipe {
    /// A pipe that holds `room` bytes on their way to the peer before its
    /// handler waits, and a message more. All but the first [`FREE`] bytes are
    /// charged to `budget`; all but the first [`UNREAD`] bytes that come and are not
    /// read, to `requests`.
    pub(crate) fn new(room: usize, budget: Arc<Budget>, requests: Arc<Budget>) -> Arc<Pipe> {
        Arc::new(Pipe {
            requests,
            state: Mutex::default(),
            room,
            budget,
        })
    }

    /// What long messages to the peer are charged to.
    #[cfg(feature = "tower")]
    pub(crate) fn budget(&self) -> &Arc<Budget> {
        &self.budget
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing here panics half-way through a change.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pipe {
    /// Nobody reads what is there.
    pub(super) fn drop_unread(&self, state: &mut State) {
        state.pieces.clear();
        state.gathered = None;
        state.unread = 0;
        self.give_back(state);
    }

    /// Gives back what is charged for bytes that are not there any more, in not too
    /// small steps.
    pub(super) fn give_back(&self, state: &mut State) {
        let over = state.unread_charge.saturating_sub(state.unread);
        if over > 0 && (state.unread == 0 || over >= 4 * UNREAD) {
            self.requests.give(over);
            state.unread_charge -= over;
        }
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        let charged = match self.state.get_mut() {
            Ok(state) => state.unread_charge,
            Err(poisoned) => poisoned.into_inner().unread_charge,
        };
        if charged > 0 {
            self.requests.give(charged);
        }
    }
}

impl std::fmt::Debug for Pipe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pipe")
            .field("room", &self.room)
            .finish_non_exhaustive()
    }
}

// === impl State ===

impl State {
    /// Whether this is the task that moves the bytes.
    pub(super) fn is_here(&self, cx: &Context<'_>) -> bool {
        self.carrier
            .as_ref()
            .is_some_and(|carrier| carrier.will_wake(cx.waker()))
    }

    pub(super) fn wake_carrier(&self) {
        if let Some(carrier) = &self.carrier {
            carrier.wake_by_ref();
        }
    }

    /// Nobody takes anything any more, and nothing comes.
    pub(super) fn close(&mut self) {
        self.closed = true;
        self.queue.clear();
        self.out = None;
        self.charge = None;
        self.buffered = 0;
        self.wake_writer();
    }

    pub(super) fn wake_writer(&mut self) {
        if let Some(writer) = self.writer.take() {
            writer.wake();
        }
    }

    pub(super) fn wake_reader(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

/// Remembers who waits.
pub(super) fn remember(waker: &mut Option<Waker>, cx: &Context<'_>) {
    match waker {
        Some(waker) => waker.clone_from(cx.waker()),
        None => *waker = Some(cx.waker().clone()),
    }
}
