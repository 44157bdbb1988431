//! What a pipe holds.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

use bytes::Bytes;

use crate::Metadata;
#[cfg(doc)]
use crate::framing::FREE;
use crate::pool::{Budget, Buffer, Charge};

/// The bytes of one call, both ways.
pub(crate) struct Pipe {
    state: Mutex<State>,
    /// Bytes to the peer beyond which the handler waits.
    pub(super) room: usize,
    /// What messages to the peer are charged to.
    pub(super) budget: Arc<Budget>,
}

#[derive(Default)]
pub(super) struct State {
    // === from the peer ===
    /// Bodies in long pieces, as they came.
    pub(super) pieces: VecDeque<Bytes>,
    /// Short pieces, gathered behind those: each would hold on to a whole read
    /// buffer.
    pub(super) gathered: Option<Buffer>,
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
}

// === impl Pipe ===

impl Pipe {
    /// A pipe that holds `room` bytes on their way to the peer before its
    /// handler waits, and a message more. All but the first [`FREE`] bytes are
    /// charged to `budget`.
    pub(crate) fn new(room: usize, budget: Arc<Budget>) -> Arc<Pipe> {
        Arc::new(Pipe {
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
