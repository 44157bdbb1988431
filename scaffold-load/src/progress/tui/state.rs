//! What the view shows: what is known of the run, and what somebody chose.

use super::history::History;
use super::keys::Key;
use crate::printable::printable;
use crate::progress::about::About;
use crate::progress::frame::{Frame, Latencies, Row};
use crate::record::ServerSample;
use crate::search::Probe;

/// The view, without a terminal.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    pub(super) name: String,
    /// The run, once it connects.
    pub(super) about: Option<About>,
    /// Seconds from the beginning of what is measured; less than nothing before.
    /// None while it connects.
    pub(super) now: Option<f64>,
    pub(super) frame: Frame,
    pub(super) history: History,
    /// The run ends before its time.
    pub(super) stopping: bool,
    /// Which run of a search it is, from 1, and the ones before.
    pub(super) probe: Option<usize>,
    pub(super) probes: Vec<Probe>,
    pub(super) server: Option<ServerSample>,
    /// All, without one.
    pub(super) chosen: Option<usize>,
    pub(super) linear: bool,
    pub(super) service: bool,
    pub(super) help: bool,
}

/// What a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Connecting,
    /// All parts of it are to begin together.
    Waiting,
    Warming,
    Measuring,
    Draining,
    Stopping,
}

// === impl State ===

impl State {
    pub(super) fn new(name: &str, searches: bool) -> Self {
        Self {
            name: printable(name),
            probe: searches.then_some(0),
            ..Self::default()
        }
    }

    /// A run connects: what is chosen stays, what was measured goes.
    pub(super) fn connects(&mut self, about: About) {
        self.about = Some(about);
        self.now = None;
        self.frame = Frame::default();
        self.history = History::default();
        self.server = None;
        self.probe = self.probe.map(|number| number + 1);
    }

    pub(super) fn second(&mut self, frame: Frame) {
        self.history.push(&frame);
        self.frame = frame;
    }

    /// What it is at, `now` seconds from the beginning of what is measured.
    pub(super) fn passes(&mut self, now: f64, stopping: bool) {
        self.now = Some(now);
        self.stopping = stopping;
    }

    pub(super) fn key(&mut self, key: Key) {
        match key {
            Key::Stop => {}
            Key::Next => self.choose(1),
            Key::Before => self.choose(-1),
            Key::Scale => self.linear = !self.linear,
            Key::Latency => self.service = !self.service,
            Key::Help => self.help = !self.help,
            Key::Back => self.help = false,
        }
    }

    /// All, each method that is called, and all again.
    fn choose(&mut self, step: isize) {
        let shown = self.shown();
        if shown.len() < 2 {
            return;
        }
        let at = |method| shown.iter().position(|&shown| shown == method);
        let before = self.chosen.and_then(at).map_or(0, |at| at + 1);
        let turns = (shown.len() + 1) as isize;
        let next = (before as isize + step).rem_euclid(turns) as usize;
        self.chosen = next.checked_sub(1).map(|at| shown[at]);
    }

    /// The methods that have rows.
    pub(super) fn shown(&self) -> Vec<usize> {
        let methods = self
            .about
            .iter()
            .flat_map(|about| about.methods.iter().enumerate());
        methods
            .filter(|(_, of)| of.used)
            .map(|(at, _)| at)
            .collect()
    }

    pub(super) fn phase(&self) -> Phase {
        let (Some(about), Some(now)) = (&self.about, self.now) else {
            return Phase::Connecting;
        };
        match now {
            _ if self.stopping => Phase::Stopping,
            // The lead before the first call is not worth a word.
            now if now < -about.warmup - 0.2 => Phase::Waiting,
            now if now < 0.0 => Phase::Warming,
            now if now < about.length => Phase::Measuring,
            _ => Phase::Draining,
        }
    }

    /// The chosen kind of latency of a row.
    pub(super) fn latencies<'a>(&self, row: &'a Row) -> &'a Latencies {
        match self.service {
            true => &row.service,
            false => &row.response,
        }
    }

    /// `response` or `service`.
    pub(super) fn kind(&self) -> &'static str {
        match self.service {
            true => "service",
            false => "response",
        }
    }

    /// The name of what is chosen.
    pub(super) fn chosen_name(&self) -> &str {
        self.chosen
            .map_or("all calls", |method| self.method(method))
    }

    pub(super) fn method(&self, method: usize) -> &str {
        let of = self
            .about
            .as_ref()
            .and_then(|about| about.methods.get(method));
        of.map_or("?", |of| &of.name)
    }
}
