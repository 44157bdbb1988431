//! GOAWAY, both ways.

use super::{OpaquePing, Session};
use crate::frame::{self, MAX_31};
use crate::stream::Ended;
use crate::{Cause, ConnectionError, ErrorCode, GoAway, Handler, Reset, ResetCause, Role, Time};

/// Where a graceful shutdown stands (RFC 9113 section 6.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Drain {
    No,
    /// The first GOAWAY is out; streams are still taken until a ping is back
    /// or this time is reached.
    Announced(Time),
    /// The last one is out: no stream above this identifier is taken.
    Final(u32),
}

impl Drain {
    pub(super) fn is_on(self) -> bool {
        self != Self::No
    }
}

/// Debug data longer than this is cut.
const DEBUG_MAX: usize = 256;

impl Session {
    /// Begins a graceful shutdown; `debug` says why, in a few words.
    ///
    /// A server sends GOAWAY with the identifier 2^31-1 and a PING, and when
    /// that is back (or after [`drain_ping`](crate::Limits::drain_ping)) a
    /// second GOAWAY with the last stream it took: nothing that was on its
    /// way is lost. A client takes no streams, and one GOAWAY says it all.
    /// Open streams go on; see [`is_drained`](Self::is_drained).
    pub fn shutdown(&mut self, debug: &str) {
        if self.failed.is_some() || self.drain.is_on() {
            return;
        }
        let debug = &debug.as_bytes()[..debug.len().min(DEBUG_MAX)];
        if self.role == Role::Client {
            frame::goaway(self.out.run(), 0, 0, debug);
            self.drain = Drain::Final(0);
            return;
        }
        frame::goaway(self.out.run(), MAX_31, 0, debug);
        self.send_opaque(OpaquePing::Drain);
        self.drain = Drain::Announced(self.now.after(self.limits.drain_ping));
    }

    /// Ends the connection now: all streams are dropped and GOAWAY is the
    /// last thing in the output.
    pub fn abort(&mut self, code: ErrorCode, debug: &str) {
        if self.failed.is_none() {
            let debug = &debug.as_bytes()[..debug.len().min(DEBUG_MAX)];
            frame::goaway(self.out.run(), self.last_peer, code.0, debug);
            self.stop(ConnectionError {
                cause: Cause::Aborted,
            });
        }
    }

    /// Whether a shutdown was begun.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.drain.is_on()
    }

    /// Whether a shutdown is complete: the last GOAWAY is written, no stream
    /// is open, no output waits. The driver closes the transport.
    #[must_use]
    pub fn is_drained(&self) -> bool {
        let last = matches!(self.drain, Drain::Final(_));
        last && self.streams.live() == 0 && self.out.pending() == 0
    }

    /// The second GOAWAY, once.
    pub(crate) fn finish_drain(&mut self) {
        if let Drain::Announced(_) = self.drain {
            frame::goaway(self.out.run(), self.last_peer, 0, b"");
            self.drain = Drain::Final(self.last_peer);
        }
    }

    /// The second GOAWAY when its time has come.
    pub(super) fn check_drain(&mut self) {
        if matches!(self.drain, Drain::Announced(until) if self.now >= until) {
            self.finish_drain();
        }
    }

    pub(super) fn drain_deadline(&self) -> Option<Time> {
        match self.drain {
            Drain::Announced(until) => Some(until),
            _ => None,
        }
    }

    /// Notes the identifier of a stream the peer opens. `false` when the
    /// final GOAWAY has ruled it out.
    pub(crate) fn note_peer_stream(&mut self, id: u32) -> bool {
        self.last_peer = id;
        // Few identifiers are left: the peer needs another connection soon.
        if id > Self::MAX_ID - 2 * 1024 && !self.drain.is_on() {
            self.counters.count(Cause::StreamIdsExhausted);
            self.shutdown(Cause::StreamIdsExhausted.text());
        }
        !matches!(self.drain, Drain::Final(last) if id > last)
    }

    /// A GOAWAY of the peer.
    pub(crate) fn going_away<H: Handler>(&mut self, goaway: GoAway<'_>, handler: &mut H) {
        let last = self
            .peer_last
            .map_or(goaway.last, |old| old.min(goaway.last));
        self.peer_last = Some(last);
        if self.role == Role::Client {
            self.drop_above(last, handler);
        }
        handler.goaway(self, GoAway { last, ..goaway });
    }

    /// Streams the peer will not process may be sent again.
    fn drop_above<H: Handler>(&mut self, last: u32, handler: &mut H) {
        let mut from = 0;
        while let Some(stream) = self.streams.next_live(from) {
            from = stream.index() + 1;
            if stream.id > last {
                self.close(stream, Ended::Local);
                let reset = Reset {
                    code: ErrorCode::REFUSED_STREAM,
                    cause: ResetCause::GoAway,
                };
                handler.reset(self, stream, reset);
            }
        }
    }
}
