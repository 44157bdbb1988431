//! Bodies on their way out.

use bytes::Bytes;

use super::{FrameWriter, Session};
use crate::SendError;
use crate::frame::{self, END_STREAM, HEADER_LEN, Kind};
use crate::stream::{HEAD_SENT, LOCAL_CLOSED, Queue, SENT_DATA, Stream, WANTS_ROOM};

impl Session {
    /// How many bytes one DATA frame on this stream could carry now: zero
    /// when a window or the output is full, or data is queued.
    #[must_use]
    pub fn capacity(&self, stream: Stream) -> usize {
        let Some(slot) = self.streams.get(stream) else {
            return 0;
        };
        if !slot.has(HEAD_SENT) || slot.has(LOCAL_CLOSED) || !slot.queue.is_empty() {
            return 0;
        }
        let window = slot.send_window.min(self.send_window).max(0) as usize;
        let room = self.output_room().saturating_sub(HEADER_LEN);
        window.min(self.peer.max_frame as usize).min(room)
    }

    /// Begins a DATA frame of at most `max` bytes right in the output, for
    /// bodies that are encoded there and copied nowhere.
    ///
    /// # Errors
    ///
    /// [`Full`](SendError::Full) when [`capacity`](Self::capacity) is less
    /// than `max`; [`Closed`](SendError::Closed) and
    /// [`Order`](SendError::Order) as [`send_data`](Self::send_data).
    #[inline]
    pub fn data_frame(&mut self, stream: Stream, max: usize) -> Result<FrameWriter<'_>, SendError> {
        self.check_body(stream)?;
        // With `max` zero the capacity says nothing.
        if self.capacity(stream) < max || self.waits(stream) {
            return Err(SendError::Full);
        }
        Ok(FrameWriter::begin(self, stream, max))
    }

    /// Sends a piece of a body, copying it: into the output when
    /// [`capacity`](Self::capacity) allows, into the stream's queue otherwise.
    ///
    /// # Errors
    ///
    /// [`Closed`](SendError::Closed) when the stream is over,
    /// [`Order`](SendError::Order) before the header section or after the
    /// end, [`Full`](SendError::Full) when the queues are: nothing of the
    /// piece was taken.
    pub fn send_data(&mut self, stream: Stream, data: &[u8], end: bool) -> Result<(), SendError> {
        self.check_body(stream)?;
        let fits = self.capacity(stream) >= data.len() && !self.waits(stream);
        if fits && (end || !data.is_empty()) {
            self.write_data(stream, data, end);
            return Ok(());
        }
        self.queue_data(stream, data.len(), end, |queue| queue.push_copy(data))
    }

    /// Sends a piece of a body by reference: the stream's queue and the output
    /// share it, and the driver writes it from where it lies. Pieces of less
    /// than 4 KiB are copied.
    ///
    /// # Errors
    ///
    /// Those of [`send_data`](Self::send_data).
    pub fn send_bytes(&mut self, stream: Stream, data: Bytes, end: bool) -> Result<(), SendError> {
        self.check_body(stream)?;
        if data.len() < super::pump::ATTACH_MIN {
            return self.send_data(stream, &data, end);
        }
        self.queue_data(stream, data.len(), end, |queue| queue.push(data))
    }

    /// Asks for [`writable`](crate::Handler::writable) as soon as the stream
    /// can send. Nothing happens for a stream that is over.
    pub fn want_room(&mut self, stream: Stream) {
        if let Some(slot) = self.streams.get_mut(stream)
            && !slot.has(LOCAL_CLOSED)
        {
            slot.set(WANTS_ROOM);
            self.enqueue(stream);
        }
    }

    /// Whether something is queued on the stream: it waits for a window, or its
    /// turn.
    #[must_use]
    pub fn waits(&self, stream: Stream) -> bool {
        let slot = self.streams.get(stream);
        slot.is_some_and(|slot| !slot.queue.is_empty())
    }

    fn check_body(&self, stream: Stream) -> Result<(), SendError> {
        let slot = self.streams.get(stream).ok_or(SendError::Closed)?;
        if !slot.has(HEAD_SENT) || slot.has(LOCAL_CLOSED) {
            return Err(SendError::Order);
        }
        Ok(())
    }

    fn write_data(&mut self, stream: Stream, data: &[u8], end: bool) {
        let flags = if end { END_STREAM } else { 0 };
        let out = self.out.run();
        frame::write_header(out, data.len(), Kind::Data, flags, stream.id);
        out.extend_from_slice(data);
        self.wrote_data(stream, data.len(), end);
    }

    /// Accounts for a DATA frame that stands in the output.
    #[inline]
    pub(super) fn wrote_data(&mut self, stream: Stream, len: usize, end: bool) {
        self.pings.useful();
        self.budgets.window_updates.give(2);
        self.counters.data_sent += len as u64;
        self.send_window -= len as i32;
        let slot = self.streams.at(stream.index);
        slot.send_window -= len as i32;
        if len > 0 {
            slot.set(SENT_DATA);
        }
        if end {
            slot.set(LOCAL_CLOSED);
            self.settle(stream);
        }
    }

    fn queue_data(
        &mut self,
        stream: Stream,
        len: usize,
        end: bool,
        push: impl FnOnce(&mut Queue),
    ) -> Result<(), SendError> {
        let queued = self.queued;
        let (stream_max, all_max) = (self.limits.stream_queue, self.limits.connection_queue);
        let slot = self.streams.get_mut(stream).ok_or(SendError::Closed)?;
        let own = slot.queue.bytes();
        let over = |held: usize, max: usize| held > 0 && held + len > max;
        if len > 0 && (over(own, stream_max) || over(queued, all_max)) {
            self.want_room(stream);
            return Err(SendError::Full);
        }
        self.queued += len;
        push(&mut slot.queue);
        if end {
            slot.queue.end();
            slot.set(LOCAL_CLOSED);
        }
        self.enqueue(stream);
        Ok(())
    }
}
