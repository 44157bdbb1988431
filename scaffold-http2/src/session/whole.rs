//! A whole answer at once: what most calls end with.

use super::{Session, Template};
use crate::SendError;
use crate::frame::{self, END_STREAM, HEADER_LEN, Kind};
use crate::stream::{HEAD_SENT, LOCAL_CLOSED, SENT_DATA, Stream};

impl Session {
    /// Answers a request with a header section, one DATA frame and trailers,
    /// all of them in the output at once.
    ///
    /// It is what [`send_headers`](Self::send_headers),
    /// [`send_data`](Self::send_data) and
    /// [`send_trailers`](Self::send_trailers) do one after the other, at less
    /// than half of their cost.
    ///
    /// # Errors
    ///
    /// Nothing was sent. [`Full`](SendError::Full) when the three have to go
    /// one by one: `data` is more than one frame can carry now, or this
    /// connection's table does not hold the templates yet.
    /// [`Closed`](SendError::Closed) when the stream is over,
    /// [`Order`](SendError::Order) when a header section was sent before,
    /// [`Field`](SendError::Field) when a template is larger than the peer or
    /// [`max_send_list`](crate::Limits::max_send_list) allows.
    pub fn send_whole(
        &mut self,
        stream: Stream,
        head: &Template,
        data: &[u8],
        trailers: &Template,
    ) -> Result<(), SendError> {
        self.check_list(head, &[])?;
        self.check_list(trailers, &[])?;
        let room = self.output_room();
        let slot = self.streams.get_mut(stream).ok_or(SendError::Closed)?;
        if slot.has(HEAD_SENT | LOCAL_CLOSED) {
            return Err(SendError::Order);
        }
        let window = slot.send_window.min(self.send_window).max(0) as usize;
        let most = window
            .min(self.peer.max_frame as usize)
            .min(room.saturating_sub(HEADER_LEN));
        if data.len() > most || self.encoder.is_due() {
            return Err(SendError::Full);
        }
        let (Some(head), Some(trailers)) = (
            self.templates.frame(&self.encoder, head),
            self.templates.frame(&self.encoder, trailers),
        ) else {
            return Err(SendError::Full);
        };

        let out = self.out.run();
        out.reserve(head.len() + HEADER_LEN + data.len() + trailers.len());
        frame::of_stream(out, head, 0, stream.id);
        frame::write_header(out, data.len(), Kind::Data, 0, stream.id);
        out.extend_from_slice(data);
        frame::of_stream(out, trailers, END_STREAM, stream.id);

        slot.set(HEAD_SENT | LOCAL_CLOSED);
        if !data.is_empty() {
            slot.set(SENT_DATA);
        }
        slot.send_window -= data.len() as i32;
        self.send_window -= data.len() as i32;
        self.pings.useful();
        self.budgets.window_updates.give(2);
        self.counters.data_sent += data.len() as u64;
        self.settle(stream);
        Ok(())
    }
}
