//! The handler's end of a pipe.

use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use prost::Message;

use super::Pipe;
use super::state::{Inbound, State, remember};
use crate::framing::{self, FREE, Rules, SHORT};
use crate::pool::{self, Budget, Buffer, Charge};
use crate::{Metadata, Status};

/// How many bytes another task may read before the peer hears of it.
const TELL: usize = 32 << 10;

/// Why nothing more of a request can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// The peer gave the call up, or was lost.
    Lost,
    /// There was no memory for more.
    NoMemory,
}

impl From<Broken> for Status {
    fn from(broken: Broken) -> Status {
        match broken {
            Broken::Lost => Status::cancelled("the client gave the call up"),
            Broken::NoMemory => framing::requests_used_up(),
        }
    }
}

impl Pipe {
    /// The next piece of the request; `None` after the last.
    pub(crate) fn poll_piece(&self, cx: &Context<'_>) -> Poll<Option<Result<Bytes, Broken>>> {
        let mut state = self.lock();
        let piece = match state.pieces.pop_front() {
            Some(piece) => Some(piece),
            None => state.gathered.take().map(Buffer::freeze),
        };
        if let Some(piece) = piece {
            state.consumed += piece.len();
            state.unread -= piece.len();
            self.give_back(&mut state);
            let tell = state.consumed >= TELL || state.pieces.is_empty();
            if tell && !state.is_here(cx) {
                state.wake_carrier();
            }
            return Poll::Ready(Some(Ok(piece)));
        }
        match state.inbound {
            Inbound::Ended => Poll::Ready(None),
            Inbound::Gone => Poll::Ready(Some(Err(Broken::Lost))),
            Inbound::Refused => Poll::Ready(Some(Err(Broken::NoMemory))),
            Inbound::Open => {
                remember(&mut state.reader, cx);
                Poll::Pending
            }
        }
    }

    /// Ready when there is room for a message.
    #[cfg(feature = "tower")]
    pub(crate) fn poll_room(&self, cx: &Context<'_>) -> Poll<Result<(), Status>> {
        self.lock().poll_room(self.room, cx)
    }

    /// Takes a message as soon as there is room for it: this is the
    /// back-pressure. With the first one goes the initial metadata.
    ///
    /// # Errors
    ///
    /// `RESOURCE_EXHAUSTED` for one that is too long, or for which the server has
    /// no memory left, and nothing is sent; `CANCELLED` when nobody takes it any more.
    pub(crate) fn poll_send<M: Message>(
        &self,
        message: &M,
        rules: &Rules,
        metadata: &mut Metadata,
        cx: &Context<'_>,
    ) -> Poll<Result<(), Status>> {
        let len = framing::checked_len(message, rules);
        let mut state = self.lock();
        ready!(state.poll_room(self.room, cx))?;
        let len = len?;
        if len > SHORT || rules.compresses(len) {
            drop(state);
            return Poll::Ready(self.send_made(message, rules, metadata));
        }
        state.begin(metadata);
        let put = |out: &mut Vec<u8>| framing::put(message, len, out);
        Poll::Ready(self.append_short(&mut state, len, put))
    }

    /// Takes a long message, or one that takes time to make: outside the lock.
    fn send_made<M: Message>(
        &self,
        message: &M,
        rules: &Rules,
        metadata: &mut Metadata,
    ) -> Result<(), Status> {
        let frame = framing::frame(message, rules)?;
        let len = frame.as_slice().len() - framing::PREFIX;
        let (long, short) = match len > SHORT {
            true => (Some(frame.into_bytes_within(&self.budget)?), None),
            false => (None, Some(frame)),
        };
        let mut state = self.lock();
        if state.closed {
            return Err(closed());
        }
        state.begin(metadata);
        if let Some(frame) = short {
            let put = |out: &mut Vec<u8>| out.extend_from_slice(frame.as_slice());
            return self.append_short(&mut state, len, put);
        }
        if let Some(frame) = long {
            state.append_long(frame);
        }
        state.has_sent();
        Ok(())
    }

    /// Puts a frame of `len` bytes and a prefix behind the other short ones.
    #[inline]
    fn append_short(
        &self,
        state: &mut State,
        len: usize,
        put: impl FnOnce(&mut Vec<u8>),
    ) -> Result<(), Status> {
        let len = framing::PREFIX + len;
        match &mut state.out {
            Some(out) if out.room() >= len => put(out.memory()),
            _ => {
                let mut out = state.room_for(len, &self.budget)?;
                put(out.memory());
                state.out = Some(out);
            }
        }
        state.buffered += len;
        state.has_sent();
        Ok(())
    }

    /// Sends the initial metadata now, if it has not been sent.
    ///
    /// # Errors
    ///
    /// `CANCELLED` when nobody takes it any more.
    pub(crate) fn send_head(&self, metadata: &mut Metadata) -> Result<(), Status> {
        let mut state = self.lock();
        if state.closed {
            return Err(closed());
        }
        state.begin(metadata);
        state.wake_carrier();
        Ok(())
    }

    /// Ready when nobody takes anything any more.
    pub(crate) fn poll_closed(&self, cx: &Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        if state.closed {
            return Poll::Ready(());
        }
        state.wants_room = false;
        remember(&mut state.writer, cx);
        Poll::Pending
    }

    /// Whether nobody takes anything any more, as far as is known.
    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// The sender is gone: what is left of its metadata, and its trailers.
    pub(crate) fn leave(&self, metadata: Metadata, trailers: Metadata) {
        let mut state = self.lock();
        state.metadata = metadata;
        state.trailers = trailers;
    }

    /// How many messages were sent.
    pub(crate) fn sent(&self) -> u64 {
        self.lock().sent
    }
}

impl State {
    #[inline]
    fn poll_room(&mut self, room: usize, cx: &Context<'_>) -> Poll<Result<(), Status>> {
        if self.closed {
            return Poll::Ready(Err(closed()));
        }
        self.writes_here = self.is_here(cx);
        if self.buffered < room || self.buffered == 0 {
            return Poll::Ready(Ok(()));
        }
        self.wants_room = true;
        remember(&mut self.writer, cx);
        Poll::Pending
    }

    /// One message more is on its way.
    #[inline]
    fn has_sent(&mut self) {
        self.sent += 1;
        if !self.writes_here {
            self.wake_carrier();
        }
    }

    #[inline]
    fn begin(&mut self, metadata: &mut Metadata) {
        if !self.has_head {
            self.has_head = true;
            self.head = Some(std::mem::take(metadata));
        }
    }

    /// The buffer of short frames, with room for so many bytes more: the one that
    /// there is, one of the next class, or a new one behind one that goes out as it
    /// is, when both together were longer than a short message may be.
    ///
    /// # Errors
    ///
    /// `RESOURCE_EXHAUSTED` if the budget has none for it; nothing changes.
    fn room_for(&mut self, more: usize, budget: &Arc<Budget>) -> Result<Buffer, Status> {
        let full = match self.out.take() {
            Some(out) if out.room() >= more => return Ok(out),
            full => full,
        };
        let before = full.as_ref().map_or(0, Buffer::len);
        let goes_out = before > 0 && before + more > framing::PREFIX + SHORT;
        let wanted = match before {
            0 => self.last.max(more),
            _ if goes_out => SHORT.max(more),
            _ => (2 * before).max(before + more),
        };
        let mut new = pool::take(wanted.max(FREE));
        let mut charge = None;
        if new.capacity() > FREE {
            charge = Charge::of(budget, new.capacity());
            if charge.is_none() {
                self.out = full;
                return Err(framing::used_up());
            }
        }
        let old = std::mem::replace(&mut self.charge, charge);
        match full {
            Some(full) if goes_out => self.queue.push_back(full.freeze_with(old)),
            Some(full) => new.memory().extend_from_slice(full.as_slice()),
            None => {}
        }
        Ok(new)
    }

    pub(super) fn append_long(&mut self, frame: Bytes) {
        if let Some(before) = self.out.take() {
            let charge = self.charge.take();
            self.queue.push_back(before.freeze_with(charge));
        }
        self.buffered += frame.len();
        self.queue.push_back(frame);
    }
}

pub(super) fn closed() -> Status {
    Status::cancelled("the call has ended, or the client gave it up")
}
