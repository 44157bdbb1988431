//! Queued data into the output, each stream in its turn.

use super::Session;
use crate::Handler;
use crate::frame::{self, END_STREAM, HEADER_LEN, Kind};
use crate::stream::{IN_RING, SENT_DATA, Stream, WANTS_ROOM};

/// Pieces at least this long are attached to the output, shorter ones copied:
/// about where an entry in a vectored write costs less than the copy.
pub(super) const ATTACH_MIN: usize = 4 << 10;

/// Most bytes a stream sends before the next one has its turn.
const QUANTUM: usize = 16 << 10;

impl Session {
    /// Writes what windows and the output have room for, one frame per stream
    /// and turn. The work is bounded by
    /// [`output_soft`](crate::Limits::output_soft).
    pub(crate) fn pump<H: Handler>(&mut self, handler: &mut H) {
        // Turns since something moved: after a whole round of none, stop.
        let mut idle = 0;
        while idle <= self.ring.len() {
            let blocked = self.send_window <= 0 || self.output_room() <= HEADER_LEN;
            let Some(&stream) = self.ring.front() else {
                break;
            };
            if blocked
                && self
                    .streams
                    .get(stream)
                    .is_none_or(|slot| slot.queue.bytes() > 0)
            {
                // Ends without data could pass, and will in a moment: a peer
                // that reads gives window, or the driver writes.
                break;
            }
            self.ring.pop_front();
            let Some(slot) = self.streams.get_mut(stream) else {
                continue;
            };
            slot.unset(IN_RING);
            let moved = self.send_turn(stream);
            let told = self.tell_room(stream, moved, handler);
            idle = if moved || told { 0 } else { idle + 1 };
            self.enqueue(stream);
        }
        let waits = !self.ring.is_empty() && self.send_window <= 0;
        self.timers.window(waits, self.now);
    }

    /// One frame of data, and the end when it is due. `true` when anything
    /// was written.
    fn send_turn(&mut self, stream: Stream) -> bool {
        let room = self.output_room().saturating_sub(HEADER_LEN);
        let max = (self.peer.max_frame as usize).min(QUANTUM).min(room);
        let connection = self.send_window.max(0) as usize;
        let Some(slot) = self.streams.get_mut(stream) else {
            return false;
        };
        let window = (slot.send_window.max(0) as usize).min(connection);
        let len = slot.queue.bytes().min(window).min(max);
        let ends = slot.queue.ends_with_data() && len == slot.queue.bytes();
        let mut moved = false;
        if len > 0 || ends {
            let flags = if ends { END_STREAM } else { 0 };
            frame::write_header(self.out.run(), len, Kind::Data, flags, stream.id);
            let mut left = len;
            while left > 0
                && let Some(piece) = slot.queue.take(left)
            {
                left -= piece.len();
                if piece.len() >= ATTACH_MIN {
                    self.out.attach(piece);
                } else {
                    self.out.run().extend_from_slice(&piece);
                }
            }
            if ends {
                slot.queue.ended();
            }
            slot.set(SENT_DATA);
            self.queued -= len;
            self.wrote_data(stream, len, ends);
            moved = true;
        }
        let trailers = self.streams.get_mut(stream);
        if let Some(block) = trailers.and_then(|slot| slot.queue.take_trailers()) {
            self.write_block(stream.id, &block, true);
            self.settle(stream);
            moved = true;
        }
        moved
    }

    /// Calls `writable` when the stream waits for it and could send.
    fn tell_room<H: Handler>(&mut self, stream: Stream, moved: bool, handler: &mut H) -> bool {
        let (stream_max, all_max) = (self.limits.stream_queue, self.limits.connection_queue);
        let (queued, room) = (self.queued, self.output_room() > HEADER_LEN);
        let connection = self.send_window > 0;
        let Some(slot) = self.streams.get_mut(stream) else {
            return false;
        };
        let drained = slot.queue.bytes() <= stream_max / 2 && queued <= all_max / 2;
        let open = moved || (slot.send_window > 0 && connection && room);
        if !slot.has(WANTS_ROOM) || !drained || !open {
            return false;
        }
        slot.unset(WANTS_ROOM);
        handler.writable(self, stream);
        true
    }
}
