//! What a session is made of, how it starts, and how it fails.

use std::collections::VecDeque;

use super::budgets::Budgets;
use super::buffer::Buffer;
use super::keepalive::Pings;
use super::recv_window::RecvWindows;
use super::shutdown::Drain;
use super::template::TemplateCache;
use super::timers::Timers;
use super::{OpaquePing, PeerSettings};
use crate::frame::{self, MAX_31, PREFACE};
use crate::hpack::Encoder;
use crate::stream::{BLOCKED, Ended, Found, IN_RING, Ids, Slab, Slot, Stream};
use crate::{Cause, Config, ConnectionError, Counters, Limits, Role, Time};

/// The half of a [`Connection`](crate::Connection) that a driver sends with.
///
/// A handler gets it with each event and may answer at once; between events
/// it is [`Connection::session`](crate::Connection::session).
///
/// Commands write frames to the output in the order they are called. What
/// windows forbid is queued by reference and written by
/// [`flush`](crate::Connection::flush).
#[derive(Debug)]
pub struct Session {
    pub(crate) role: Role,
    pub(crate) limits: Limits,
    pub(crate) now: Time,
    pub(crate) counters: Counters,
    pub(crate) budgets: Budgets,
    pub(crate) peer: PeerSettings,
    pub(crate) pings: Pings,
    pub(crate) recv: RecvWindows,
    pub(crate) timers: Timers,
    pub(super) streams: Slab,
    pub(super) ids: Ids,
    pub(super) out: Buffer,
    pub(super) encoder: Encoder,
    pub(super) templates: TemplateCache,
    /// What the peer lets this side send on all streams (RFC 9113 6.9.1).
    pub(super) send_window: i32,
    /// Streams that have something to send, each at most once; entries of
    /// streams that are over are passed by.
    pub(super) ring: VecDeque<Stream>,
    /// Bytes in all streams' queues.
    pub(super) queued: usize,
    /// The highest identifier the peer opened, refused ones too.
    pub(super) last_peer: u32,
    /// The next identifier this side opens.
    pub(super) next_local: u32,
    pub(super) drain: Drain,
    /// What the peer's GOAWAY named as the last stream.
    pub(super) peer_last: Option<u32>,
    pub(super) failed: Option<ConnectionError>,
    /// Whether any output was taken yet.
    pub(super) written: bool,
}

/// What is known of an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    Live(Stream),
    Ended(Ended),
    Forgotten,
    Idle,
}

impl Session {
    pub(crate) fn new(role: Role, config: Config, now: Time) -> Self {
        let mut limits = config.limits;
        limits.max_streams = limits.max_streams.min(1 << 15);
        let streams = limits.max_streams;
        let mut session = Self {
            role,
            now,
            counters: Counters::new(),
            budgets: Budgets::new(&limits, now),
            peer: PeerSettings::INITIAL,
            pings: Pings::new(role, config.ping_policy, config.keepalive, now),
            recv: RecvWindows::new(
                config.stream_window,
                config.connection_window,
                config.max_window,
            ),
            timers: Timers::new(&limits, now),
            streams: Slab::new(),
            ids: Ids::new(streams as usize),
            out: Buffer::default(),
            encoder: Encoder::new(limits.encoder_table as usize),
            templates: TemplateCache::default(),
            send_window: 65_535,
            ring: VecDeque::new(),
            queued: 0,
            last_peer: 0,
            next_local: 1,
            drain: Drain::No,
            peer_last: None,
            failed: None,
            written: false,
            limits,
        };
        session.greet(streams);
        session
    }

    /// Preface, SETTINGS, and the connection's window (RFC 9113 section 3.4).
    fn greet(&mut self, streams: u32) {
        let mut entries = [(0u16, 0u32); 6];
        let mut count = 0;
        let mut add = |id, value, default| {
            if value != default {
                entries[count] = (id, value);
                count += 1;
            }
        };
        add(1, self.limits.decoder_table, 4_096);
        match self.role {
            Role::Client => add(2, 0, 1),
            Role::Server => add(3, streams, u32::MAX),
        }
        add(4, self.recv.stream_target as u32, 65_535);
        add(5, self.limits.frame.clamp(16_384, (1 << 24) - 1), 16_384);
        add(6, self.limits.header_list, u32::MAX);
        let out = self.out.run();
        if self.role == Role::Client {
            out.extend_from_slice(PREFACE);
        }
        frame::settings_head(out, count);
        for &(id, value) in &entries[..count] {
            frame::setting(out, id, value);
        }
        if self.recv.connection > 65_535 {
            frame::window_update(out, 0, self.recv.connection as u32 - 65_535);
        }
    }

    /// Why the connection is over, if it is.
    #[must_use]
    pub fn error(&self) -> Option<ConnectionError> {
        self.failed
    }

    /// Totals since the connection began.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Which side this is.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// How many streams are open.
    #[must_use]
    pub fn open_streams(&self) -> usize {
        self.streams.live() as usize
    }

    /// Whether the stream is still open in at least one direction.
    #[must_use]
    pub fn is_open(&self, stream: Stream) -> bool {
        self.streams.get(stream).is_some()
    }

    /// A number that the driver keeps with a stream; zero at first and for
    /// streams that are over.
    #[must_use]
    pub fn tag(&self, stream: Stream) -> u64 {
        self.streams.get(stream).map_or(0, |slot| slot.tag)
    }

    /// Sets the number; nothing happens for a stream that is over.
    pub fn set_tag(&mut self, stream: Stream, tag: u64) {
        if let Some(slot) = self.streams.get_mut(stream) {
            slot.tag = tag;
        }
    }

    /// Bytes of memory this half holds, spare capacity included.
    #[must_use]
    pub fn memory(&self) -> usize {
        size_of::<Self>()
            + self.out.memory()
            + self.streams.memory()
            + self.ids.memory()
            + self.encoder.memory()
            + self.templates.memory()
            + self.ring.capacity() * size_of::<Stream>()
            + self.queued
    }

    /// Ends the connection: counts the cause and puts GOAWAY behind whatever
    /// waits in the output.
    #[cold]
    pub(crate) fn fail(&mut self, cause: Cause) -> ConnectionError {
        let error = ConnectionError { cause };
        self.counters.count(cause);
        if cause == Cause::BadPreface && !self.written {
            // Whoever this is speaks another protocol: silence is the answer.
            self.out.clear();
        } else {
            let code = cause.code().0;
            frame::goaway(
                self.out.run(),
                self.last_peer,
                code,
                cause.text().as_bytes(),
            );
        }
        self.stop(error);
        error
    }

    /// Nothing is sent or received from here on but what the output holds.
    pub(super) fn stop(&mut self, error: ConnectionError) {
        self.failed = Some(error);
        self.streams = Slab::new();
        self.ring = VecDeque::new();
        self.queued = 0;
    }

    /// Finds out what a frame's identifier belongs to.
    #[inline]
    pub(crate) fn lookup(&self, id: u32) -> Lookup {
        let idle = match self.role {
            Role::Server => id > self.last_peer || id.is_multiple_of(2),
            // Pushes are off: a server opens nothing.
            Role::Client => id >= self.next_local || id.is_multiple_of(2),
        };
        if idle {
            return Lookup::Idle;
        }
        match self.ids.find(id) {
            Found::Live(index) => Lookup::Live(Stream { index, id }),
            Found::Ended(ended) => Lookup::Ended(ended),
            Found::Forgotten => Lookup::Forgotten,
        }
    }

    #[inline]
    pub(crate) fn slot(&self, stream: Stream) -> Option<&Slot> {
        self.streams.get(stream)
    }

    #[inline]
    pub(crate) fn slot_mut(&mut self, stream: Stream) -> Option<&mut Slot> {
        self.streams.get_mut(stream)
    }

    /// Puts a stream into the ring, unless it is there or has nothing to do.
    pub(super) fn enqueue(&mut self, stream: Stream) {
        let now = self.now;
        let Some(slot) = self.streams.get_mut(stream) else {
            return;
        };
        if slot.can_progress() {
            slot.unset(BLOCKED);
            if !slot.has(IN_RING) {
                slot.set(IN_RING);
                if self.ring.len() > 2 * self.streams.live() as usize + 16 {
                    self.ring.retain(|entry| self.streams.get(*entry).is_some());
                }
                self.ring.push_back(stream);
            }
        } else if slot.is_starved() && !slot.has(BLOCKED) {
            slot.set(BLOCKED);
            slot.blocked_since = now;
            self.timers.watch_streams(now);
        }
    }

    /// An opaque PING of this side's own.
    pub(super) fn send_opaque(&mut self, ping: OpaquePing) {
        frame::ping(self.out.run(), false, ping.payload());
    }

    /// The highest identifier that may exist.
    pub(super) const MAX_ID: u32 = MAX_31;
}
