//! Deadlines. The driver asks when the next one is and comes back then.

use std::collections::VecDeque;
use std::time::Duration;

use super::Session;
use super::buffer::Buffer;
use super::template::TemplateCache;
use crate::frame;
use crate::stream::{BLOCKED, Ended, Slab, Stream};
use crate::{Cause, Handler, Limits, Reset, ResetCause, Time};

/// A connection that has no stream open when it is looked at gives memory
/// back, and it is looked at so often while there are calls.
const TRIM: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(crate) struct Timers {
    /// The peer's SETTINGS must be here by then.
    handshake: Option<Time>,
    /// Our SETTINGS must be acknowledged by then.
    settings_ack: Option<Time>,
    /// How many of our SETTINGS are not acknowledged.
    unacked: u32,
    /// Output waits and nothing was taken since.
    stalled: Option<Time>,
    /// Data waits for the connection's window since.
    starved: Option<Time>,
    /// A stream waits for its window; when to look again.
    streams: Option<Time>,
    /// Streams were open since the last look at unused memory; when to look
    /// again.
    trim: Option<Time>,
    settings_time: Duration,
    stream_time: Duration,
}

impl Timers {
    pub(super) fn new(limits: &Limits, now: Time) -> Self {
        Self {
            handshake: Some(now.after(limits.handshake)),
            settings_ack: Some(now.after(limits.settings_ack)),
            unacked: 1,
            stalled: None,
            starved: None,
            streams: None,
            trim: None,
            settings_time: limits.settings_ack,
            stream_time: limits.stream_stall,
        }
    }

    /// The peer's first SETTINGS came.
    pub(crate) fn greeted(&mut self) {
        self.handshake = None;
    }

    pub(super) fn sent_settings(&mut self, now: Time) {
        self.unacked += 1;
        self.settings_ack = Some(now.after(self.settings_time));
    }

    /// An acknowledgement came; `false` when there was nothing to
    /// acknowledge.
    pub(crate) fn acked(&mut self) -> bool {
        let Some(left) = self.unacked.checked_sub(1) else {
            return false;
        };
        self.unacked = left;
        if left == 0 {
            self.settings_ack = None;
        }
        true
    }

    /// The transport took `count` bytes and `pending` are left.
    #[inline]
    pub(super) fn wrote(&mut self, count: usize, pending: usize, now: Time) {
        if pending == 0 {
            self.stalled = None;
        } else if count > 0 || self.stalled.is_none() {
            self.stalled = Some(now);
        }
    }

    pub(super) fn window(&mut self, waits: bool, now: Time) {
        if !waits {
            self.starved = None;
        } else if self.starved.is_none() {
            self.starved = Some(now);
        }
    }

    /// A stream was opened.
    #[inline]
    pub(super) fn opened(&mut self, now: Time) {
        if self.trim.is_none() {
            self.trim = Some(now.after(TRIM));
        }
    }

    pub(super) fn watch_streams(&mut self, now: Time) {
        if self.streams.is_none() {
            self.streams = Some(now.after(self.stream_time));
        }
    }
}

impl Session {
    /// The earliest deadline, after everything of now was done.
    pub(crate) fn deadline(&self) -> Option<Time> {
        if self.failed.is_some() {
            return None;
        }
        let stall = self.limits.write_stall;
        [
            self.timers.handshake,
            self.timers.settings_ack,
            self.timers.stalled.map(|since| since.after(stall)),
            self.timers.starved.map(|since| since.after(stall)),
            self.timers.streams,
            self.timers.trim,
            self.keepalive_deadline(),
            self.drain_deadline(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Does what is due.
    pub(crate) fn on_time<H: Handler>(&mut self, handler: &mut H) -> Result<(), Cause> {
        let (now, stall) = (self.now, self.limits.write_stall);
        let past = |time: Option<Time>| time.is_some_and(|time| now >= time);
        if past(self.timers.handshake) {
            return Err(Cause::HandshakeTimeout);
        }
        if past(self.timers.settings_ack) {
            return Err(Cause::SettingsTimeout);
        }
        for since in [self.timers.stalled, self.timers.starved] {
            if past(since.map(|since| since.after(stall))) {
                return Err(Cause::WriteStall);
            }
        }
        self.keepalive()?;
        self.check_drain();
        if past(self.timers.streams) {
            self.reset_stalled(handler);
        }
        Ok(())
    }

    /// Gives back what calls have left behind, when it is time and none is
    /// open. `true` when it did.
    pub(crate) fn trim(&mut self) -> bool {
        if self.timers.trim.is_none_or(|at| self.now < at) {
            return false;
        }
        if self.streams.live() > 0 || self.out.pending() > 0 {
            self.timers.trim = Some(self.now.after(TRIM));
            return false;
        }
        self.timers.trim = None;
        self.streams = Slab::new();
        self.ring = VecDeque::new();
        self.out = Buffer::default();
        self.templates = TemplateCache::default();
        true
    }

    /// Resets the streams whose window was shut for too long, and finds out
    /// when to look again.
    fn reset_stalled<H: Handler>(&mut self, handler: &mut H) {
        self.timers.streams = None;
        let mut next: Option<Time> = None;
        let mut from = 0;
        while let Some(stream) = self.streams.next_live(from) {
            from = stream.index() + 1;
            let slot = self.streams.at(stream.index);
            if !slot.has(BLOCKED) {
                continue;
            }
            let due = slot.blocked_since.after(self.timers.stream_time);
            if self.now >= due {
                self.give_up(stream, handler);
            } else {
                next = Some(next.map_or(due, |next| next.min(due)));
            }
        }
        // A handler may have blocked another one meanwhile.
        self.timers.streams = match (self.timers.streams, next) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }

    fn give_up<H: Handler>(&mut self, stream: Stream, handler: &mut H) {
        let cause = Cause::StreamStall;
        self.counters.count(cause);
        self.counters.resets_sent += 1;
        frame::reset(self.out.run(), stream.id, cause.code().0);
        self.close(stream, Ended::Local);
        let reset = Reset {
            code: cause.code(),
            cause: ResetCause::Local(cause),
        };
        handler.reset(self, stream, reset);
    }
}
