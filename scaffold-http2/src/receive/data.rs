//! DATA (RFC 9113 section 6.1).

use super::Reader;
use crate::frame::{END_STREAM, FrameHeader, PADDED, strip_padding};
use crate::session::Lookup;
use crate::stream::{HEAD_RECEIVED, NO_LENGTH, REMOTE_CLOSED, Stream};
use crate::{Cause, Handler, Session};

/// A gRPC message has five bytes in front. Frames below that make work and
/// bring next to nothing.
const TINY: usize = 5;

impl Reader {
    #[inline]
    pub(super) fn data<H: Handler>(
        &mut self,
        session: &mut Session,
        header: FrameHeader,
        payload: &[u8],
        handler: &mut H,
    ) -> Result<(), Cause> {
        if header.stream == 0 {
            return Err(Cause::WrongStream);
        }
        let lookup = session.not_idle(header.stream)?;
        let data = strip_padding(payload, header.has(PADDED)).ok_or(Cause::Padding)?;
        // Padding counts as well (section 6.9.1).
        if !session.receive_window(header.len) {
            return Err(Cause::WindowExceeded);
        }
        let Lookup::Live(stream) = lookup else {
            // Nobody will release these.
            session.credit(header.len);
            return session.late(header.stream, lookup);
        };
        let end = header.has(END_STREAM);
        if data.len() >= TINY {
            session.budgets.tiny_data.give(1);
        } else if !end && !session.budgets.tiny_data.take(1, session.now) {
            return Err(Cause::TooManyDataFrames);
        }
        if let Err(cause) = session.take_data(stream, header.len, data.len(), end) {
            session.credit(header.len);
            return session.stream_error(stream, cause, handler);
        }
        session.counters.data_received += data.len() as u64;
        if !data.is_empty() || end {
            handler.data(session, stream, data, end);
        }
        if end {
            session.settle(stream);
        }
        Ok(())
    }
}

impl Session {
    /// Takes a frame of `len` bytes, `data` of them data, from the stream's
    /// window. Bytes of padding are released at once. The error is the
    /// stream's.
    #[inline]
    fn take_data(&mut self, stream: Stream, len: u32, data: usize, end: bool) -> Result<(), Cause> {
        let Some(slot) = self.slot_mut(stream) else {
            return Err(Cause::AfterEnd);
        };
        if slot.has(REMOTE_CLOSED) {
            return Err(Cause::AfterEnd);
        }
        if !slot.has(HEAD_RECEIVED) {
            return Err(Cause::DataBeforeHead);
        }
        if slot.recv_window < len as i32 {
            return Err(Cause::StreamWindowExceeded);
        }
        if slot.body_left != NO_LENGTH {
            let left = slot.body_left.checked_sub(data as u64);
            slot.body_left = left.ok_or(Cause::ContentLength)?;
            if end && slot.body_left != 0 {
                return Err(Cause::ContentLength);
            }
        }
        slot.recv_window -= len as i32;
        slot.held += len;
        if end {
            slot.set(REMOTE_CLOSED);
        }
        let padding = len as usize - data;
        if padding > 0 {
            self.release(stream, padding);
        }
        Ok(())
    }

    /// Whether as much came as was declared.
    pub(super) fn body_complete(&mut self, stream: Stream) -> bool {
        self.slot_mut(stream)
            .is_none_or(|slot| matches!(slot.body_left, 0 | NO_LENGTH))
    }

    pub(super) fn remote_closed(&mut self, stream: Stream) {
        if let Some(slot) = self.slot_mut(stream) {
            slot.set(REMOTE_CLOSED);
        }
    }

    /// Flags of an open stream; none for any other.
    pub(super) fn stream_flags(&self, stream: Stream) -> u16 {
        self.slot(stream).map_or(0, |slot| slot.flags)
    }
}
