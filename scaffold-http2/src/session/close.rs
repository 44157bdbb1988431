//! How streams end.

use super::{Lookup, Session};
use crate::frame;
use crate::stream::{Ended, HANG_UP, LOCAL_CLOSED, REMOTE_CLOSED, Stream};
use crate::{Cause, ErrorCode, Field, Handler, Reset, ResetCause, SendError};

impl Session {
    /// Ends a stream at once with RST_STREAM: what is queued on it is
    /// dropped, what still comes in is ignored.
    ///
    /// # Errors
    ///
    /// [`SendError::Closed`] when the stream is over already.
    pub fn reset(&mut self, stream: Stream, code: ErrorCode) -> Result<(), SendError> {
        if self.streams.get(stream).is_none() {
            return Err(SendError::Closed);
        }
        self.counters.resets_sent += 1;
        frame::reset(self.out.run(), stream.id, code.0);
        self.close(stream, Ended::Local);
        Ok(())
    }

    /// Ends a stream for good as soon as everything sent on it is in the
    /// output, with RST_STREAM(NO_ERROR) if the peer has not ended it by then:
    /// an answer that needs no more of the request (RFC 9113 section 8.1).
    /// Nothing happens for a stream that is over, or that this side has not
    /// ended.
    pub fn hang_up(&mut self, stream: Stream) {
        if let Some(slot) = self.streams.get_mut(stream)
            && slot.has(LOCAL_CLOSED)
        {
            slot.set(HANG_UP);
            self.settle(stream);
        }
    }

    /// Frees the stream once both sides have ended it and nothing is queued.
    #[inline]
    pub(crate) fn settle(&mut self, stream: Stream) {
        const BOTH: u16 = LOCAL_CLOSED | REMOTE_CLOSED;
        let Some(slot) = self.streams.get(stream) else {
            return;
        };
        if !slot.has(LOCAL_CLOSED) || !slot.queue.is_empty() {
            return;
        }
        if slot.flags & BOTH != BOTH && slot.has(HANG_UP) {
            self.counters.streams_completed += 1;
            self.counters.resets_sent += 1;
            frame::reset(self.out.run(), stream.id, ErrorCode::NO_ERROR.0);
            self.close(stream, Ended::Local);
        } else if slot.flags & BOTH == BOTH {
            self.counters.streams_completed += 1;
            self.budgets.stream_completed();
            self.close(stream, Ended::Both);
        }
    }

    /// Frees an open stream, however it ended.
    pub(crate) fn close(&mut self, stream: Stream, ended: Ended) {
        let slot = self.streams.at(stream.index);
        let held = slot.held;
        self.queued -= slot.queue.bytes();
        self.streams.remove(stream);
        self.ids.end(stream.id, ended);
        // What the driver still holds of it no longer counts.
        self.credit(held);
    }

    /// Ends a stream because the peer broke a rule on it (RFC 9113 section
    /// 5.4.2). Each of these is charged: a peer can make them at will.
    pub(crate) fn stream_error<H: Handler>(
        &mut self,
        stream: Stream,
        cause: Cause,
        handler: &mut H,
    ) -> Result<(), Cause> {
        self.send_reset(stream.id, cause);
        self.close(stream, Ended::Local);
        let reset = Reset {
            code: cause.code(),
            cause: ResetCause::Local(cause),
        };
        handler.reset(self, stream, reset);
        self.charge_internal()
    }

    /// The same for a stream that is not open: one that never came to be, or
    /// one that is over.
    pub(crate) fn reject(&mut self, id: u32, cause: Cause) -> Result<(), Cause> {
        self.send_reset(id, cause);
        self.ids.end(id, Ended::Local);
        self.charge_internal()
    }

    /// A stream above a limit: not processed, to be sent again.
    pub(crate) fn refuse(&mut self, id: u32, cause: Cause) -> Result<(), Cause> {
        self.send_reset(id, cause);
        self.ids.end(id, Ended::Local);
        if self.budgets.refused.take(1, self.now) {
            Ok(())
        } else {
            Err(Cause::TooManyRefused)
        }
    }

    /// Answers a request whose header list is too large (RFC 6585 section 5)
    /// without bothering the driver.
    pub(crate) fn answer_431(&mut self, id: u32, end: bool) -> Result<(), Cause> {
        self.counters.count(Cause::HeaderListTooLarge);
        let mut block = Vec::new();
        crate::hpack::Encoder::encode_alone(&mut block, &Field::new(":status", "431"));
        self.write_block(id, &block, true);
        if end {
            self.ids.end(id, Ended::Both);
        } else {
            self.counters.resets_sent += 1;
            frame::reset(self.out.run(), id, ErrorCode::NO_ERROR.0);
            self.ids.end(id, Ended::Local);
        }
        self.charge_internal()
    }

    /// A frame on a stream that is over or was reset by this side: nothing to
    /// do but to count it.
    pub(crate) fn stale(&mut self) -> Result<(), Cause> {
        if self.budgets.stale.take(1, self.now) {
            Ok(())
        } else {
            Err(Cause::TooManyStaleFrames)
        }
    }

    /// DATA or HEADERS on a stream that is over (RFC 9113 section 5.1).
    pub(crate) fn late(&mut self, id: u32, lookup: Lookup) -> Result<(), Cause> {
        match lookup {
            Lookup::Ended(Ended::Both) => Err(Cause::ClosedStream),
            Lookup::Ended(Ended::Remote) => self.reject(id, Cause::AfterReset),
            _ => self.stale(),
        }
    }

    fn send_reset(&mut self, id: u32, cause: Cause) {
        self.counters.count(cause);
        self.counters.resets_sent += 1;
        frame::reset(self.out.run(), id, cause.code().0);
    }

    fn charge_internal(&mut self) -> Result<(), Cause> {
        if self.budgets.internal_resets.take(1, self.now) {
            Ok(())
        } else {
            Err(Cause::TooManyInternalResets)
        }
    }
}
