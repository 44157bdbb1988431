//! What the peer may send, and how the driver gives room back.

use super::{OpaquePing, Session};
use crate::frame::{self, MAX_31};
use crate::stream::{REMOTE_CLOSED, Stream};

/// Receive windows of the connection.
#[derive(Debug)]
pub(crate) struct RecvWindows {
    /// What the peer may still send on all streams.
    pub(crate) connection: i32,
    /// What a stream's window is filled up to.
    pub(crate) stream_target: i32,
    /// What the connection's window is filled up to.
    pub(crate) connection_target: i32,
    /// Released and not yet announced.
    owed: u32,
    probe: Option<Probe>,
}

/// Measures the bandwidth-delay product: the bytes that arrive between a PING
/// and its answer.
#[derive(Debug)]
struct Probe {
    max: i32,
    waiting: bool,
    bytes: u32,
}

impl RecvWindows {
    pub(super) fn new(stream: u32, connection: u32, max: Option<u32>) -> Self {
        let window = |value: u32| value.clamp(65_535, MAX_31) as i32;
        let stream_target = window(stream);
        let connection_target = window(connection);
        Self {
            connection: connection_target,
            stream_target,
            connection_target,
            owed: 0,
            probe: max
                .map(window)
                .filter(|&max| max > stream_target)
                .map(|max| Probe {
                    max,
                    waiting: false,
                    bytes: 0,
                }),
        }
    }
}

impl Session {
    /// The driver is done with `count` bytes of this stream's body: the peer
    /// may send as many more. WINDOW_UPDATE goes out for half a window at a
    /// time. More than was received is ignored; so is a stream that is over,
    /// whose bytes were given back when it ended.
    #[inline]
    pub fn release(&mut self, stream: Stream, count: usize) {
        let target = self.recv.stream_target;
        let Some(slot) = self.streams.get_mut(stream) else {
            return;
        };
        let count = (count.min(u32::MAX as usize) as u32).min(slot.held);
        slot.held -= count;
        slot.owed += count;
        if slot.owed >= target as u32 / 2 && !slot.has(REMOTE_CLOSED) {
            slot.recv_window += slot.owed as i32;
            frame::window_update(self.out.run(), stream.id, slot.owed);
            slot.owed = 0;
        }
        self.credit(count);
    }

    /// Bytes of this stream's body that the driver has not released.
    #[must_use]
    pub fn unreleased(&self, stream: Stream) -> usize {
        self.streams
            .get(stream)
            .map_or(0, |slot| slot.held as usize)
    }

    /// Gives room back to the connection's window.
    #[inline]
    pub(crate) fn credit(&mut self, count: u32) {
        self.recv.owed += count;
        if self.recv.owed >= self.recv.connection_target as u32 / 2 {
            self.recv.connection += self.recv.owed as i32;
            frame::window_update(self.out.run(), 0, self.recv.owed);
            self.recv.owed = 0;
        }
    }

    /// Takes `count` bytes from the connection's window; `false` when it had
    /// not so many.
    #[inline]
    pub(crate) fn receive_window(&mut self, count: u32) -> bool {
        // A frame is shorter than 2^24.
        self.recv.connection -= count as i32;
        if let Some(probe) = &mut self.recv.probe {
            probe.bytes = probe.bytes.saturating_add(count);
            if !probe.waiting && count > 0 {
                probe.waiting = true;
                probe.bytes = count;
                self.send_opaque(OpaquePing::Bandwidth);
            }
        }
        self.recv.connection >= 0
    }

    /// The probe came back: when two thirds of a window arrived meanwhile the
    /// window is what holds the peer up, and it is doubled.
    pub(crate) fn probe_answered(&mut self) {
        let Some(probe) = &mut self.recv.probe else {
            return;
        };
        probe.waiting = false;
        let old = self.recv.stream_target;
        if probe.bytes < (old as u32 / 3) * 2 {
            return;
        }
        let new = old.saturating_mul(2).min(probe.max);
        if new == probe.max {
            self.recv.probe = None;
        }
        self.grow_windows(new);
    }

    fn grow_windows(&mut self, target: i32) {
        let more = target - self.recv.stream_target;
        self.recv.stream_target = target;
        frame::settings_head(self.out.run(), 1);
        frame::setting(self.out.run(), 4, target as u32);
        self.timers.sent_settings(self.now);
        // The peer adds the difference to every stream when it reads that
        // (RFC 9113 section 6.9.2); until then it just sends less.
        let mut from = 0;
        while let Some(stream) = self.streams.next_live(from) {
            from = stream.index() + 1;
            self.streams.at(stream.index).recv_window += more;
        }
        let connection = self.recv.connection_target;
        let wanted = connection.max(target);
        if wanted > connection {
            self.recv.connection_target = wanted;
            self.recv.connection += wanted - connection;
            frame::window_update(self.out.run(), 0, (wanted - connection) as u32);
        }
    }
}
