//! From a rate to moments.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Stage;
use crate::random::Random;

/// How calls follow one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Arrival {
    /// By chance, as calls of many independent users do: gaps are exponentially
    /// distributed. Evenly spaced calls hide the queues that chance makes.
    #[default]
    Poisson,
    /// Evenly spaced.
    Uniform,
}

/// The moments at which calls are due, in order.
///
/// Calls are points of a process of rate one, which the schedule's rate bends:
/// call `i` is due when the area under the rate reaches the `i`-th point. So a
/// ramp is exact, and no error of one gap goes into the next.
#[derive(Debug)]
pub(crate) struct Calls<'a> {
    stages: &'a [Stage],
    arrival: Arrival,
    random: Random,
    /// The next point.
    point: f64,
    /// The area under the stages that are over, and when they were.
    area: f64,
    begun: Duration,
}

// === impl Calls ===

impl<'a> Calls<'a> {
    pub(super) fn new(stages: &'a [Stage], arrival: Arrival, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let point = match arrival {
            Arrival::Uniform => 0.0,
            Arrival::Poisson => random.exponential(),
        };
        Self {
            stages,
            arrival,
            random,
            point,
            area: 0.0,
            begun: Duration::ZERO,
        }
    }
}

impl Iterator for Calls<'_> {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        loop {
            let (stage, rest) = self.stages.split_first()?;
            let inside = self.point - self.area;
            if inside < stage.calls() {
                let at = self.begun + Duration::from_secs_f64(stage.when(inside));
                self.point += match self.arrival {
                    Arrival::Uniform => 1.0,
                    Arrival::Poisson => self.random.exponential(),
                };
                return Some(at);
            }
            self.area += stage.calls();
            self.begun += stage.length;
            self.stages = rest;
        }
    }
}
