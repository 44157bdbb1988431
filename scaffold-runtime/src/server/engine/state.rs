//! What a connection knows of its calls, and its turns.

use std::collections::VecDeque;
use std::future::Future;
use std::task::Context;
use std::time::Instant;

use bytes::Bytes;
use scaffold_http2::{Session, Stream};

use crate::server::calls::Calls;
use crate::server::crowd::Share;
use crate::server::exchange::{CallLimits, Start};
use crate::server::heads::{Door, Heads};
use crate::server::linger::Lingering;
use crate::server::streams::{State, Streams};
use crate::server::turn::Turn;
use crate::{Outcome, Peer};

/// One connection's calls.
///
/// `B` begins a call; `F` is the call. Both are types that nobody can name.
pub(in crate::server) struct Engine<'a, B, F> {
    pub(super) door: Door<'a>,
    pub(super) limits: CallLimits,
    pub(super) peer: Peer,
    pub(super) begin: B,
    pub(super) calls: Calls<F>,
    pub(super) streams: Streams,
    pub(super) heads: Heads,
    /// What is being received.
    pub(super) input: Bytes,
    pub(super) now: Instant,
    pub(super) turn: Turn,
    /// Streams whose request was not complete when its head came.
    pub(super) fresh: Vec<Stream>,
    /// Complete requests beyond what fits the turn.
    pub(super) due: VecDeque<Stream>,
    /// Streams that were answered before their request was complete.
    pub(super) early: Vec<Stream>,
    pub(super) lingering: Lingering,
    /// This connection's part of the server's calls.
    pub(super) share: Share,
    /// There were as many of those as there may be when the turn began.
    pub(super) is_full: bool,
    pub(super) timed: Vec<usize>,
}

impl<'a, B, F> Engine<'a, B, F>
where
    B: FnMut(Start) -> F,
    F: Future<Output = Outcome>,
{
    pub(in crate::server) fn new(door: Door<'a>, limits: CallLimits, peer: Peer, begin: B) -> Self {
        let now = crate::clock::now();
        let share = Share::new(&limits.calls);
        Engine {
            door,
            limits,
            peer,
            begin,
            calls: Calls::new(),
            streams: Streams::default(),
            heads: Heads::new(),
            input: Bytes::new(),
            now,
            turn: Turn::begin(now),
            fresh: Vec::new(),
            due: VecDeque::new(),
            early: Vec::new(),
            lingering: Lingering::new(),
            share,
            is_full: false,
            timed: Vec::new(),
        }
    }

    /// A turn of the connection begins.
    pub(in crate::server) fn begin_turn(&mut self, now: Instant, cx: &Context<'_>) {
        self.now = now;
        self.turn = Turn::begin(now);
        self.is_full = self.limits.calls.is_full();
        self.calls.begin_turn(cx);
    }

    /// Tells the server how many calls the connection has.
    pub(in crate::server) fn count_calls(&mut self, session: &Session) {
        self.share.set(session.open_streams());
    }

    /// The turn ends. `true` if there is more to do at once.
    pub(in crate::server) fn end_turn(&mut self) -> bool {
        self.calls.end_turn() || !self.due.is_empty() || !self.early.is_empty()
    }

    /// Whether the turn has taken its time.
    pub(in crate::server) fn is_turn_over(&mut self) -> bool {
        self.turn.is_over()
    }

    /// Sets what is about to be received, so that its pieces can be shared.
    pub(in crate::server) fn set_input(&mut self, input: Bytes, now: Instant) {
        self.input = input;
        self.now = now;
    }

    /// Begins the calls whose requests did not come whole, and lets go of the
    /// input.
    pub(in crate::server) fn received(&mut self, session: &mut Session) {
        // In the order they came. Nothing is added meanwhile.
        let mut incomplete = std::mem::take(&mut self.fresh);
        for stream in incomplete.drain(..) {
            if let Some(State::Head(_)) = self.streams.get(stream)
                && let State::Head(fresh) = self.streams.take(stream)
            {
                self.start_piped(session, stream, fresh);
            }
        }
        self.fresh = incomplete;
        self.input = Bytes::new();
        self.hang_up(session);
    }

    /// Polls calls that were woken, and begins those that wait for their turn,
    /// while there is time. `true` if it did anything.
    pub(in crate::server) fn run(&mut self, session: &mut Session) -> bool {
        let mut any = false;
        // By turns: neither kind may keep the other from its own.
        while !self.turn.is_over() {
            let begun = self.begin_due(session);
            let woken = self.calls.next_woken();
            if let Some(slot) = woken {
                self.poll_call(session, slot, false);
            }
            if !begun && woken.is_none() {
                break;
            }
            any = true;
        }
        self.hang_up(session);
        any
    }

    /// Tells clients that nobody wants the rest of requests that were answered.
    fn hang_up(&mut self, session: &mut Session) {
        for stream in self.early.drain(..) {
            session.hang_up(stream);
        }
    }

    /// Polls the calls whose time has come.
    pub(in crate::server) fn on_time(&mut self, session: &mut Session, now: Instant) {
        let mut due = std::mem::take(&mut self.timed);
        self.calls.due(now, &mut due);
        for slot in due.drain(..) {
            self.poll_call(session, slot, true);
        }
        self.timed = due;
        while let Some(stream) = self.lingering.due(now) {
            session.hang_up(stream);
        }
    }

    /// When [`on_time`](Self::on_time) has something to do.
    pub(in crate::server) fn deadline(&self) -> Option<Instant> {
        let calls = self.calls.next_timer();
        let lingering = self.lingering.deadline();
        calls.into_iter().chain(lingering).min()
    }

    /// How many handlers have panicked since this was last asked.
    pub(in crate::server) fn take_panics(&mut self) -> u64 {
        self.calls.take_panics()
    }

    /// Whether a call is under way.
    pub(in crate::server) fn is_idle(&self, session: &Session) -> bool {
        self.calls.len() == 0 && session.open_streams() == 0
    }

    /// Gives memory back, when there is no call.
    pub(in crate::server) fn trim(&mut self, session: &Session) {
        if self.is_idle(session) {
            self.calls.trim();
            self.streams.trim();
            self.fresh = Vec::new();
            self.due = VecDeque::new();
            self.early = Vec::new();
            self.lingering = Lingering::new();
            self.timed = Vec::new();
        }
    }

    /// The connection is gone: so are its calls.
    pub(in crate::server) fn lose_all(&mut self) {
        for slot in self.calls.all() {
            if let Some(stream) = self.calls.stream(slot)
                && let State::Running(running) = self.streams.take(stream)
            {
                self.lose(&running);
            }
        }
    }
}
