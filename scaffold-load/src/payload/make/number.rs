//! Numbers.

use std::sync::Arc;

use super::{Draw, Source};
use crate::payload::maths;
use crate::payload::rules::Numbers;

/// Draws after which a value that breaks a rule is taken as it is: the plan has
/// said by then that the rules leave nothing.
const TRIES: u32 = 32;

/// A distribution that an override names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Numeric {
    /// Whole numbers, both ends included.
    Between(i128, i128),
    /// At least the first, below the second.
    Uniform(f64, f64),
    Normal {
        mean: f64,
        deviation: f64,
        min: f64,
        max: f64,
    },
    LogNormal {
        /// Of the logarithm.
        mean: f64,
        deviation: f64,
        min: f64,
        max: f64,
    },
    /// From 1 to `n`.
    Zipf { n: u64, exponent: f64 },
    /// `start + step * index`; from the start again after `count`.
    Sequence {
        start: i128,
        step: i128,
        count: Option<u64>,
    },
}

/// A whole number.
#[derive(Clone, Debug)]
pub(crate) enum Whole {
    Listed(Source<i128>),
    Drawn {
        numeric: Numeric,
        low: i128,
        high: i128,
    },
    Between(i128, i128),
    /// From the first to the second, each count of digits as often as any other:
    /// varints of all lengths.
    Digits(i128, i128),
    /// As drawn, but keeping these rules.
    Ruled(Box<Whole>, Arc<Numbers<i128>>),
}

/// A number with a fraction.
#[derive(Clone, Debug)]
pub(crate) enum Real {
    Listed(Source<f64>),
    Drawn(Numeric),
    /// In steps of one over `steps`.
    Between {
        low: f64,
        high: f64,
        steps: f64,
    },
    Ruled {
        real: Box<Real>,
        rules: Arc<Numbers<f64>>,
        /// Rounded to this, as it will be on the wire.
        single: bool,
    },
}

// === impl Numeric ===

impl Numeric {
    pub(crate) fn real(&self, draw: &mut Draw) -> f64 {
        match *self {
            Numeric::Between(..) | Numeric::Zipf { .. } | Numeric::Sequence { .. } => {
                self.whole(draw) as f64
            }
            Numeric::Uniform(low, high) => low + draw.rng.unit() * (high - low),
            Numeric::Normal {
                mean,
                deviation,
                min,
                max,
            } => clamp(mean + deviation * maths::normal(&mut draw.rng), min, max),
            Numeric::LogNormal {
                mean,
                deviation,
                min,
                max,
            } => {
                let log = mean + deviation * maths::normal(&mut draw.rng);
                clamp(maths::exp(log), min, max)
            }
        }
    }

    pub(crate) fn whole(&self, draw: &mut Draw) -> i128 {
        match *self {
            Numeric::Between(low, high) => draw.rng.between(low, high),
            Numeric::Zipf { n, exponent } => maths::zipf(&mut draw.rng, n, exponent).into(),
            Numeric::Sequence { start, step, count } => {
                let at = count.map_or(draw.index, |count| draw.index % count.max(1));
                start.saturating_add(step.saturating_mul(at.into()))
            }
            // A cast of what is beyond the type gives its end.
            _ => self.real(draw).round() as i128,
        }
    }
}

/// As `f64::clamp`, which panics if the ends are the wrong way round.
fn clamp(value: f64, min: f64, max: f64) -> f64 {
    value.min(max).max(min)
}

// === impl Whole ===

impl Whole {
    pub(crate) fn draw(&self, draw: &mut Draw) -> i128 {
        match self {
            Whole::Listed(source) => *source.draw(draw),
            Whole::Drawn { numeric, low, high } => numeric.whole(draw).min(*high).max(*low),
            Whole::Between(low, high) => draw.rng.between(*low, *high),
            Whole::Digits(low, high) => digits(draw, *low, *high),
            Whole::Ruled(whole, rules) => {
                let mut value = whole.draw(draw);
                for _ in 0..TRIES {
                    if rules.keeps(value) {
                        break;
                    }
                    value = whole.draw(draw);
                }
                value
            }
        }
    }
}

fn digits(draw: &mut Draw, low: i128, high: i128) -> i128 {
    let width = high.saturating_sub(low).max(1);
    let digits = 1 + width.ilog10();
    let below = 10i128.saturating_pow(1 + draw.rng.below(digits.into()) as u32);
    low + draw.rng.between(0, below.min(width.saturating_add(1)) - 1)
}

// === impl Real ===

impl Real {
    pub(crate) fn draw(&self, draw: &mut Draw) -> f64 {
        match self {
            Real::Listed(source) => *source.draw(draw),
            Real::Drawn(numeric) => numeric.real(draw),
            Real::Between { low, high, steps } => {
                let value = low + draw.rng.unit() * (high - low);
                let rounded = (value * steps).round() / steps;
                // Of huge numbers, and of ranges within one step.
                if rounded.is_finite() && (*low..=*high).contains(&rounded) {
                    rounded
                } else {
                    value
                }
            }
            Real::Ruled {
                real,
                rules,
                single,
            } => {
                let mut rounded = || {
                    let value = real.draw(draw);
                    if *single {
                        f64::from(value as f32)
                    } else {
                        value
                    }
                };
                let mut value = rounded();
                for _ in 0..TRIES {
                    if rules.keeps(value) {
                        break;
                    }
                    value = rounded();
                }
                value
            }
        }
    }
}
