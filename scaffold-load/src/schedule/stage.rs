//! The rate over time, as straight lines.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Arrival, Calls};
use crate::units;

/// A stretch of a run: the rate goes in a straight line from `from` to `to`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// Calls per second at its beginning.
    pub from: f64,
    /// Calls per second at its end.
    pub to: f64,
    /// How long it is.
    #[serde(with = "units::seconds")]
    pub length: Duration,
}

/// The rate over a whole run.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    stages: Vec<Stage>,
}

// === impl Stage ===

impl Stage {
    /// The same rate throughout.
    pub fn hold(rate: f64, length: Duration) -> Self {
        Self {
            from: rate,
            to: rate,
            length,
        }
    }

    /// How many calls are due in it.
    pub(super) fn calls(&self) -> f64 {
        (self.from + self.to) / 2.0 * self.length.as_secs_f64()
    }

    /// When `count` calls of it are due, in seconds from its beginning.
    ///
    /// The root of `from·t + slope/2·t² = count`, in the form that does not
    /// lose digits when the slope is small.
    pub(super) fn when(&self, count: f64) -> f64 {
        let length = self.length.as_secs_f64();
        let slope = (self.to - self.from) / length;
        let root = (self.from * self.from + 2.0 * slope * count)
            .max(0.0)
            .sqrt();
        let divisor = self.from + root;
        if divisor <= 0.0 {
            return 0.0;
        }
        (2.0 * count / divisor).min(length)
    }
}

// === impl Schedule ===

impl Schedule {
    /// The stages, one after the other; those without a length are left out.
    pub fn new(stages: impl IntoIterator<Item = Stage>) -> Self {
        let mut stages: Vec<Stage> = stages.into_iter().collect();
        stages.retain(|stage| !stage.length.is_zero());
        Self { stages }
    }

    /// Its stages.
    pub fn stages(&self) -> &[Stage] {
        &self.stages
    }

    /// How long it is.
    pub fn length(&self) -> Duration {
        self.stages.iter().map(|stage| stage.length).sum()
    }

    /// How many calls are due in all of it, on average.
    pub fn expected_calls(&self) -> f64 {
        self.stages.iter().map(Stage::calls).sum()
    }

    /// The highest rate in it, in calls per second.
    pub fn peak(&self) -> f64 {
        let rates = self.stages.iter().map(|stage| stage.from.max(stage.to));
        rates.fold(0.0, f64::max)
    }

    /// The rate at a moment, in calls per second; 0 after the end.
    pub fn rate_at(&self, at: Duration) -> f64 {
        let mut left = at.as_secs_f64();
        for stage in &self.stages {
            let length = stage.length.as_secs_f64();
            if left < length {
                return stage.from + (stage.to - stage.from) * left / length;
            }
            left -= length;
        }
        0.0
    }

    /// The same rates in front of it for `length`: what its first calls are like,
    /// or the middle of a first stage that begins at nothing.
    pub(crate) fn warmed(&self, length: Duration) -> Self {
        let rate = self.stages.first().map_or(0.0, |first| match first.from {
            0.0 => first.to / 2.0,
            from => from,
        });
        let warm = Stage::hold(rate, length);
        Self::new(std::iter::once(warm).chain(self.stages.iter().copied()))
    }

    /// When each call is due, from the beginning of the run.
    pub fn calls(&self, arrival: Arrival, seed: u64) -> impl Iterator<Item = Duration> + '_ {
        Calls::new(&self.stages, arrival, seed)
    }
}
