//! Who is told of a run, from its first connection to its end.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use super::about::About;
use super::lines::Lines;
use super::show::{Show, Surroundings};
use crate::plan::Fault;
use crate::record::{Record, Second, ServerSample};
use crate::search::Probe;

/// Who is told of a run, or of the runs of a search, one after the other.
pub(crate) trait Progress {
    /// A run connects.
    fn connects(&mut self, about: About);
    /// All is connected; what is measured begins at `begin`. `stop` tells that the
    /// run ends before its time.
    fn goes(&mut self, begin: Instant, stop: &Arc<AtomicBool>);
    /// A second is complete.
    fn second(&mut self, second: &Second, so_far: &SoFar<'_>);
    /// Time has passed: a few times a second.
    fn passes(&mut self) {}
    /// A run is over.
    fn ends(&mut self) {}
    /// A search has tried a rate.
    fn probed(&mut self, probe: &Probe);
    /// Who is to be told of the server's samples, from any thread.
    fn server(&self) -> Option<ToldOfServer> {
        None
    }
}

/// Takes what the server takes.
pub(crate) type ToldOfServer = Box<dyn Fn(&ServerSample) + Send>;

/// What a collector knows when a second is complete.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(
    not(feature = "tui"),
    expect(dead_code, reason = "lines have little room")
)]
pub(crate) struct SoFar<'a> {
    /// What was measured in the second.
    pub(crate) part: &'a Record,
    /// And until its end.
    pub(crate) record: &'a Record,
    /// Calls that came due, and those of them that were dropped.
    pub(crate) offered: u64,
    pub(crate) dropped: u64,
    /// The share of its core that the busiest worker took.
    pub(crate) busiest: Option<f64>,
    /// Calls under way at the beginning of what is measured, and now.
    pub(crate) under_way: (u64, u64),
}

/// Nobody is told.
#[derive(Debug)]
pub(crate) struct Nobody;

/// Who `show` says, for the load test `name`; `searches` for one that makes many
/// runs.
pub(crate) fn progress(show: Show, name: &str, searches: bool) -> Result<Box<dyn Progress>, Fault> {
    Ok(match show.decided(Surroundings::here())? {
        Show::None => Box::new(Nobody),
        Show::Tui => view(name, searches)?,
        _ => Box::new(Lines::stderr(searches)),
    })
}

#[cfg(feature = "tui")]
fn view(name: &str, searches: bool) -> Result<Box<dyn Progress>, Fault> {
    Ok(Box::new(super::tui::View::start(name, searches)?))
}

/// Without the view nobody decides for it.
#[cfg(not(feature = "tui"))]
fn view(_: &str, searches: bool) -> Result<Box<dyn Progress>, Fault> {
    Ok(Box::new(Lines::stderr(searches)))
}

// === impl Nobody ===

impl Progress for Nobody {
    fn connects(&mut self, _: About) {}
    fn goes(&mut self, _: Instant, _: &Arc<AtomicBool>) {}
    fn second(&mut self, _: &Second, _: &SoFar<'_>) {}
    fn probed(&mut self, _: &Probe) {}
}
