//! Schedules by name.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Schedule, Stage};

/// A shape of load that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// The rate, held: does it work at all?
    Smoke,
    /// Up to the rate in a tenth of the time, then held.
    Load,
    /// A quarter of the rate, and a quarter more five times: beyond it by half.
    Stress,
    /// The rate, five times as much for a tenth of the time, and the rate again.
    Spike,
    /// The rate, held for long: what leaks and fills up.
    Soak,
}

// === impl Profile ===

impl Profile {
    /// By its name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "smoke" => Self::Smoke,
            "load" => Self::Load,
            "stress" => Self::Stress,
            "spike" => Self::Spike,
            "soak" => Self::Soak,
            _ => return None,
        })
    }

    /// How long it takes unless that is said.
    pub fn usual_length(self) -> Duration {
        Duration::from_secs(match self {
            Self::Smoke => 10,
            Self::Load | Self::Stress => 60,
            Self::Spike => 100,
            Self::Soak => 3600,
        })
    }

    /// Its schedule around `rate` calls per second.
    pub fn schedule(self, rate: f64, length: Duration) -> Schedule {
        let part = |share: f64| length.mul_f64(share);
        let hold = |factor: f64, share: f64| Stage::hold(factor * rate, part(share));
        match self {
            Self::Smoke | Self::Soak => Schedule::new([Stage::hold(rate, length)]),
            Self::Load => Schedule::new([
                Stage {
                    from: 0.0,
                    to: rate,
                    length: part(0.1),
                },
                hold(1.0, 0.9),
            ]),
            Self::Stress => {
                Schedule::new((1..=6).map(|step| hold(f64::from(step) / 4.0, 1.0 / 6.0)))
            }
            Self::Spike => Schedule::new([hold(1.0, 0.4), hold(5.0, 0.1), hold(1.0, 0.5)]),
        }
    }
}
