//! The search.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Probe, Search};
use crate::plan::{Fault, Plan};
use crate::progress::Progress;
use crate::run::{Run, Stopped};

/// How a rate is searched for. The plan's rate is where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Searching {
    /// How long each rate is tried.
    pub probe: Duration,
    /// How long the rate that was found is confirmed.
    pub confirm: Duration,
    /// How near the found rate is to one that does not hold, as a share.
    pub precision: f64,
    /// The rate that it does not go beyond.
    pub most: f64,
}

/// Confirmations that fail before the search gives up; each time it goes down by
/// the precision.
const CONFIRMATIONS: usize = 4;

// === impl Searching ===

impl Default for Searching {
    fn default() -> Self {
        Self {
            probe: Duration::from_secs(5),
            confirm: Duration::from_secs(30),
            precision: 0.05,
            most: 1e6,
        }
    }
}

/// The last rate that held, and the first that did not.
struct Bracket {
    low: Option<f64>,
    high: Option<f64>,
}

// === impl Bracket ===

impl Bracket {
    fn note(&mut self, rate: f64, passed: bool) {
        let bound = if passed {
            &mut self.low
        } else {
            &mut self.high
        };
        *bound = Some(rate);
    }

    /// The next rate to try; `None` when they are near enough.
    fn next(&self, searching: &Searching) -> Option<f64> {
        match (self.low, self.high) {
            (None, None) => None,
            (Some(low), None) if low >= searching.most => None,
            (Some(low), None) => Some((low * 2.0).min(searching.most)),
            // Not even one call a second.
            (None, Some(high)) if high <= 1.0 => None,
            (None, Some(high)) => Some(high / 2.0),
            (Some(low), Some(high)) => {
                let near = high / low <= 1.0 + searching.precision;
                (!near).then(|| (low * high).sqrt())
            }
        }
    }
}

/// Searches with `run`, and tells `progress` of each probe. The answer is the last run: the
/// one that confirms, or shows why nothing held.
pub(crate) fn search(
    plan: &Plan,
    searching: &Searching,
    mut run: impl FnMut(Plan, &mut dyn Progress) -> Result<Run, Fault>,
    progress: &mut dyn Progress,
) -> Result<Run, Fault> {
    if plan.closed.is_some() || !plan.stages.is_empty() {
        return Err(Fault::usage(
            "a search chooses the rate itself: --closed and --stages are not for it".to_owned(),
        ));
    }
    let mut result = Search::default();
    let mut attempt = |rate: f64, length: Duration, confirms: bool, result: &mut Search| {
        let plan = Plan {
            rate,
            duration: length,
            ..plan.clone()
        };
        let done = run(plan, progress)?;
        let probe = Probe::of(&done, confirms);
        progress.probed(&probe);
        result.probes.push(probe);
        Ok::<Run, Fault>(done)
    };
    let over = |run: &Run| {
        let stopped = run.stopped.as_ref();
        stopped.is_some_and(|why| matches!(why, Stopped::Interrupted | Stopped::Lost(_)))
    };

    let mut bracket = Bracket {
        low: None,
        high: None,
    };
    let mut next = Some(plan.rate.clamp(1.0, searching.most));
    let mut last = None;
    while let Some(rate) = next {
        let done = attempt(rate, searching.probe, false, &mut result)?;
        bracket.note(rate, passed(&result));
        let ends = over(&done);
        last = Some(done);
        if ends {
            return finish(last, result);
        }
        next = bracket.next(searching);
    }
    result.open_end = bracket.high.is_none();
    let mut rate = bracket.low;
    for _ in 0..CONFIRMATIONS {
        let Some(now) = rate else {
            break;
        };
        let done = attempt(now, searching.confirm, true, &mut result)?;
        let ends = over(&done);
        last = Some(done);
        if passed(&result) {
            result.found = Some(now);
        }
        if ends || result.found.is_some() {
            break;
        }
        rate = Some(now * (1.0 - searching.precision));
    }
    finish(last, result)
}

fn passed(search: &Search) -> bool {
    search.probes.last().is_some_and(|probe| probe.passed)
}

fn finish(last: Option<Run>, search: Search) -> Result<Run, Fault> {
    let mut run = last.ok_or_else(|| Fault::internal("nothing was searched".to_owned()))?;
    run.search = Some(search);
    Ok(run)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rates that are tried when a server holds up to `capacity`.
    fn tried(capacity: f64, start: f64, searching: &Searching) -> Vec<f64> {
        let mut bracket = Bracket {
            low: None,
            high: None,
        };
        let (mut next, mut tried) = (Some(start), Vec::new());
        while let Some(rate) = next {
            tried.push(rate);
            assert!(tried.len() < 100, "no end: {tried:?}");
            bracket.note(rate, rate <= capacity);
            next = bracket.next(searching);
        }
        if let (Some(low), Some(high)) = (bracket.low, bracket.high) {
            assert!(low <= capacity && capacity < high);
            assert!(high / low <= 1.0 + searching.precision);
        }
        tried
    }

    #[test]
    fn comes_near_from_below_and_above() {
        let searching = Searching::default();
        for capacity in [1.5, 99.0, 1000.0, 123_456.0] {
            for start in [1.0, 50.0, 50_000.0] {
                assert!(tried(capacity, start, &searching).len() < 30);
            }
        }
    }

    #[test]
    fn ends_where_nothing_or_everything_holds() {
        let searching = Searching {
            most: 1000.0,
            ..Searching::default()
        };
        assert_eq!(tried(0.1, 8.0, &searching), [8.0, 4.0, 2.0, 1.0]);
        assert_eq!(tried(1e9, 300.0, &searching), [300.0, 600.0, 1000.0]);
    }
}
