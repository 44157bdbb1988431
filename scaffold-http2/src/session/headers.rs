//! Header sections and trailers on their way out.

use super::{Session, Template};
use crate::field::sendable;
use crate::frame::{self, END_HEADERS, END_STREAM, HEADER_LEN, Kind};
use crate::hpack::Encoder;
use crate::stream::{HEAD_SENT, LOCAL_CLOSED, Stream};
use crate::{Field, SendError};

impl Session {
    /// Sends the header section of a response: the template's fields, then
    /// `extra`. With `end` nothing follows it.
    ///
    /// # Errors
    ///
    /// [`Closed`](SendError::Closed) when the stream is over,
    /// [`Order`](SendError::Order) when a header section was sent before,
    /// [`Field`](SendError::Field) when the list cannot be sent or is larger
    /// than the peer or [`max_send_list`](crate::Limits::max_send_list)
    /// allows.
    pub fn send_headers(
        &mut self,
        stream: Stream,
        template: &Template,
        extra: &[Field<'_>],
        end: bool,
    ) -> Result<(), SendError> {
        let slot = self.streams.get(stream).ok_or(SendError::Closed)?;
        if slot.has(HEAD_SENT | LOCAL_CLOSED) {
            return Err(SendError::Order);
        }
        self.check_list(template, extra)?;
        self.write_section(stream.id, template, extra, end);
        let slot = self.streams.get_mut(stream).ok_or(SendError::Closed)?;
        slot.set(HEAD_SENT);
        if end {
            slot.set(LOCAL_CLOSED);
            self.settle(stream);
        }
        Ok(())
    }

    /// Ends a message with trailers, behind all data that is queued.
    ///
    /// # Errors
    ///
    /// Those of [`send_headers`](Self::send_headers);
    /// [`Order`](SendError::Order) when no header section was sent yet or the
    /// message has ended.
    pub fn send_trailers(
        &mut self,
        stream: Stream,
        template: &Template,
        extra: &[Field<'_>],
    ) -> Result<(), SendError> {
        let slot = self.streams.get(stream).ok_or(SendError::Closed)?;
        if !slot.has(HEAD_SENT) || slot.has(LOCAL_CLOSED) {
            return Err(SendError::Order);
        }
        let waits = !slot.queue.is_empty();
        self.check_list(template, extra)?;
        if waits {
            // When this will be written the table may be another one.
            let mut block = Vec::new();
            let fields = template.fields().chain(extra.iter().copied());
            fields.for_each(|field| Encoder::encode_alone(&mut block, &field));
            let slot = self.streams.get_mut(stream).ok_or(SendError::Closed)?;
            slot.queue.trailers(block.into());
            slot.set(LOCAL_CLOSED);
            self.enqueue(stream);
            return Ok(());
        }
        self.write_section(stream.id, template, extra, true);
        let slot = self.streams.get_mut(stream).ok_or(SendError::Closed)?;
        slot.set(LOCAL_CLOSED);
        self.settle(stream);
        Ok(())
    }

    pub(super) fn check_list(
        &self,
        template: &Template,
        extra: &[Field<'_>],
    ) -> Result<(), SendError> {
        let mut size = template.size();
        for field in extra {
            if !sendable(field.name, field.value) || field.name.first() == Some(&b':') {
                return Err(SendError::Field);
            }
            size += field.name.len() + field.value.len() + 32;
        }
        let max = self.limits.max_send_list.min(self.peer.max_header_list);
        if size > max as usize {
            return Err(SendError::Field);
        }
        Ok(())
    }

    /// Encodes a section straight into the output.
    pub(super) fn write_section(
        &mut self,
        id: u32,
        template: &Template,
        extra: &[Field<'_>],
        end: bool,
    ) {
        self.pings.useful();
        let out = self.out.run();
        let at = out.len();
        frame::write_header(out, 0, Kind::Headers, 0, id);
        self.encoder.begin(out);
        self.templates.encode(&mut self.encoder, template, out);
        for field in extra {
            self.encoder.encode(out, field);
        }
        self.finish_section(at, id, end);
    }

    /// Writes a block that was encoded without the table.
    pub(super) fn write_block(&mut self, id: u32, block: &[u8], end: bool) {
        self.pings.useful();
        let out = self.out.run();
        let at = out.len();
        frame::write_header(out, 0, Kind::Headers, 0, id);
        self.encoder.begin(out);
        out.extend_from_slice(block);
        self.finish_section(at, id, end);
    }

    /// Fills in the frame header at `at`, or cuts the block behind it into
    /// frames that the peer takes.
    #[inline]
    fn finish_section(&mut self, at: usize, id: u32, end: bool) {
        let max = self.peer.max_frame as usize;
        let out = self.out.run();
        let len = out.len() - at - HEADER_LEN;
        let end = if end { END_STREAM } else { 0 };
        if len <= max {
            frame::patch_length(out, at, len, END_HEADERS | end);
        } else {
            cut(out, at, id, end, max);
        }
    }
}

#[cold]
fn cut(out: &mut Vec<u8>, at: usize, id: u32, end: u8, max: usize) {
    let block = out.split_off(at + HEADER_LEN);
    out.truncate(at);
    let mut parts = block.chunks(max).enumerate().peekable();
    while let Some((number, part)) = parts.next() {
        let last = if parts.peek().is_none() {
            END_HEADERS
        } else {
            0
        };
        match number {
            0 => frame::write_header(out, part.len(), Kind::Headers, last | end, id),
            _ => frame::write_header(out, part.len(), Kind::Continuation, last, id),
        }
        out.extend_from_slice(part);
    }
}
