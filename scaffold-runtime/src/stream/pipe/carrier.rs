//! The carrier's end of a pipe: what moves its bytes to and from the peer.

use std::collections::VecDeque;
use std::task::Waker;

use bytes::Bytes;

use super::Pipe;
use super::state::{Inbound, State, UNREAD};
use crate::Metadata;
use crate::framing::FREE;
use crate::pool;

/// Pieces at least this long are kept as they came, shorter ones are copied.
pub(crate) const SHARED: usize = 8 << 10;

/// Where a pipe's bytes go.
pub(crate) trait Outbound {
    /// Sends the initial metadata. `false` if that cannot be: the call is over.
    fn head(&mut self, metadata: Metadata) -> bool;

    /// Sends a short piece by copying it, now or never; says which.
    fn copy(&mut self, bytes: &[u8]) -> bool;

    /// Sends a piece.
    fn piece(&mut self, bytes: &Bytes) -> Taken;
}

/// What became of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is on its way.
    Yes,
    /// There is no room: ask again later.
    NotNow,
    /// The call is over.
    Gone,
}

/// What is left in a pipe when the handler has ended.
#[derive(Debug)]
pub(crate) struct Rest {
    /// Whether the initial metadata is out, or on its way.
    pub(crate) has_head: bool,
    /// Initial metadata that was not sent.
    pub(crate) metadata: Metadata,
    pub(crate) trailers: Metadata,
    pub(crate) queue: VecDeque<Bytes>,
}

impl Pipe {
    /// Sets who is woken by a handler in another task.
    pub(crate) fn set_carrier(&self, waker: &Waker) {
        self.lock().carrier = Some(waker.clone());
    }

    /// Takes a piece of the request. `share` makes it one that may be kept.
    pub(crate) fn push(&self, piece: &[u8], share: impl FnOnce() -> Bytes) {
        if piece.is_empty() {
            return;
        }
        let mut state = self.lock();
        if !self.admit(&mut state, piece.len()) {
            return;
        }
        if piece.len() >= SHARED {
            if let Some(gathered) = state.gathered.take() {
                state.pieces.push_back(gathered.freeze());
            }
            state.pieces.push_back(share());
        } else {
            state
                .gathered
                .get_or_insert_with(|| pool::take(piece.len()))
                .extend(piece);
        }
        state.wake_reader();
    }

    /// Charges a piece that comes. If there is no room for it the call's request
    /// ends there, and its reader is told.
    fn admit(&self, state: &mut State, more: usize) -> bool {
        if state.inbound != Inbound::Open {
            return false;
        }
        state.unread += more;
        let owed = state.unread.saturating_sub(UNREAD + state.unread_charge);
        if owed > 0 {
            if !self.requests.take(owed) {
                self.drop_unread(state);
                state.inbound = Inbound::Refused;
                state.wake_reader();
                return false;
            }
            state.unread_charge += owed;
        }
        true
    }

    /// The request is complete.
    pub(crate) fn end(&self) {
        let mut state = self.lock();
        if state.inbound == Inbound::Open {
            state.inbound = Inbound::Ended;
        }
        state.wake_reader();
    }

    /// The peer gave the call up, or is lost.
    pub(crate) fn lose(&self) {
        let mut state = self.lock();
        state.inbound = Inbound::Gone;
        self.drop_unread(&mut state);
        state.close();
        state.wake_reader();
    }

    /// Bytes of the request that the handler took since this was last asked.
    pub(crate) fn take_consumed(&self) -> usize {
        std::mem::take(&mut self.lock().consumed)
    }

    /// Moves what the handler sent to the peer, as far as there is room.
    /// Returns whether something had to stay.
    pub(crate) fn carry(&self, out: &mut impl Outbound) -> bool {
        let mut state = self.lock();
        if state.closed {
            return false;
        }
        if let Some(metadata) = state.head.take()
            && !out.head(metadata)
        {
            state.close();
            return false;
        }
        match state.carry_data(out) {
            Taken::Gone => {
                state.close();
                return false;
            }
            Taken::Yes | Taken::NotNow => {}
        }
        // One that waits for the end is not woken: in the call's own task it
        // would come here again at once, and for ever.
        if state.wants_room && state.buffered < self.room {
            state.wake_writer();
        }
        state.buffered > 0
    }

    /// Ends the handler's part: from here on its sends fail. What is left of
    /// the request is dropped.
    pub(crate) fn finish(&self) -> Rest {
        let mut state = self.lock();
        let mut queue = std::mem::take(&mut state.queue);
        let charge = state.charge.take();
        queue.extend(state.out.take().map(|out| out.freeze_with(charge)));
        let unsent = state.head.take();
        let mut metadata = std::mem::take(&mut state.metadata);
        let has_head = state.has_head && unsent.is_none();
        if let Some(mut head) = unsent {
            head.extend(metadata);
            metadata = head;
        }
        let rest = Rest {
            has_head,
            metadata,
            trailers: std::mem::take(&mut state.trailers),
            queue,
        };
        self.drop_unread(&mut state);
        state.inbound = Inbound::Gone;
        state.close();
        state.wake_reader();
        rest
    }
}

impl State {
    fn carry_data(&mut self, out: &mut impl Outbound) -> Taken {
        while let Some(piece) = self.queue.front() {
            match out.piece(piece) {
                Taken::Yes => {
                    self.buffered -= piece.len();
                    self.queue.pop_front();
                }
                other => return other,
            }
        }
        let Some(short) = &mut self.out else {
            return Taken::Yes;
        };
        if short.len() == 0 {
            return Taken::Yes;
        }
        if out.copy(short.as_slice()) {
            self.buffered = 0;
            self.last = short.len();
            if short.capacity() <= FREE {
                short.clear();
            } else {
                // Who is quiet from now on holds nothing that is charged.
                self.out = None;
                self.charge = None;
            }
            return Taken::Yes;
        }
        let charge = self.charge.take();
        let Some(short) = self.out.take() else {
            return Taken::Yes;
        };
        let piece = short.freeze_with(charge);
        let taken = out.piece(&piece);
        match taken {
            Taken::Yes => self.buffered = 0,
            Taken::NotNow => self.queue.push_back(piece),
            Taken::Gone => {}
        }
        taken
    }
}
