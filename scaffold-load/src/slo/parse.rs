//! Objectives as people write them: `p99<20ms`, `Get:errors<=0.1% abort=5s`.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Measure;
use super::measure::Kind;
use crate::plan::Fault;
use crate::units::{self, parse_duration, parse_rate, parse_share, seconds};

/// One thing that is asked of a service.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Objective {
    /// The method that it is asked of, as in a mix; `None` for all of them
    /// together.
    pub method: Option<String>,
    /// The number.
    pub measure: Measure,
    /// How it is to lie to `limit`.
    pub bound: Bound,
    /// Nanoseconds, a share, or calls per second.
    pub limit: f64,
    /// Ends the run when it was missed for so long.
    #[serde(with = "seconds::maybe")]
    pub abort: Option<Duration>,
    /// Who asks: `--slo`, or `slo in the .proto`.
    pub source: String,
}

/// How a number is to lie to its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bound {
    /// Below it.
    #[serde(rename = "<")]
    Below,
    /// Below it or at it.
    #[serde(rename = "<=")]
    AtMost,
    /// Above it.
    #[serde(rename = ">")]
    Above,
    /// Above it or at it.
    #[serde(rename = ">=")]
    AtLeast,
}

/// Reads objectives with commas between.
///
/// # Errors
///
/// Which one cannot be read, and how they are written.
pub fn parse_objectives(text: &str) -> Result<Vec<Objective>, Fault> {
    let parts = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty());
    parts
        .map(|part| {
            objective(part).ok_or_else(|| {
                Fault::usage(format!(
                    "`{part}` is no objective: write p99<20ms, errors<0.1%, rate>=1k/s, ttfm.p99<5ms, gap.p99 or rtt.p99, \
                     with `Method:` in front for one method, and ` abort=5s` behind to end the run when it is missed"
                ))
            })
        })
        .collect()
}

fn objective(part: &str) -> Option<Objective> {
    let (part, abort) = match part.split_once("abort=") {
        Some((part, time)) => (part.trim(), Some(parse_duration(time.trim())?)),
        None => (part, None),
    };
    let at = part.find(['<', '>'])?;
    let (left, right) = part.split_at(at);
    let (bound, limit) = match right.strip_prefix("<=") {
        Some(limit) => (Bound::AtMost, limit),
        None => match right.strip_prefix(">=") {
            Some(limit) => (Bound::AtLeast, limit),
            None if right.starts_with('<') => (Bound::Below, &right[1..]),
            None => (Bound::Above, &right[1..]),
        },
    };
    let (method, name) = match left.rsplit_once(':') {
        Some((method, name)) => (Some(method.trim().to_owned()), name),
        None => (None, left),
    };
    let measure = Measure::parse(name.trim())?;
    let limit = limit.trim();
    let limit = match measure.kind() {
        // Without a unit it might be meant as milliseconds.
        Kind::Time if limit.ends_with(|c: char| c.is_ascii_digit()) => return None,
        Kind::Time => parse_duration(limit)?.as_nanos() as f64,
        Kind::Share => parse_share(limit)?,
        Kind::Rate => parse_rate(limit)?,
    };
    Some(Objective {
        method,
        measure,
        bound,
        limit,
        abort,
        source: "--slo".to_owned(),
    })
}

// === impl Objective ===

impl Objective {
    /// Whether a measured number is as it is asked.
    pub(crate) fn holds(&self, measured: f64) -> bool {
        // A share such as 0.001 is not exact in binary.
        let slack = self.limit.abs() * 1e-9;
        match self.bound {
            Bound::Below => measured < self.limit,
            Bound::AtMost => measured <= self.limit + slack,
            Bound::Above => measured > self.limit,
            Bound::AtLeast => measured >= self.limit - slack,
        }
    }

    /// A number of its measure, with its unit.
    pub fn show(&self, number: f64) -> String {
        match self.measure.kind() {
            Kind::Time => units::latency(number as u64),
            Kind::Share => units::percent(number),
            Kind::Rate => units::rate(number),
        }
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(method) = &self.method {
            write!(f, "{method}:")?;
        }
        let limit = self.show(self.limit);
        write!(f, "{}{}{limit}", self.measure, self.bound)
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_all_measures_bounds_and_units() {
        let text = "p50<1ms, p99.9<=20ms,max<2s,mean<500us, errors<0.1%,rate>=1k/s,ttfm.p99<5ms,gap.p99.9>1us,\
                    user.v1.Users/Get:rtt.p50<1ms abort=5s";
        let read = parse_objectives(text).unwrap();
        let shown: Vec<String> = read.iter().map(Objective::to_string).collect();
        assert_eq!(
            shown,
            [
                "p50<1 ms",
                "p99.9<=20 ms",
                "max<2 s",
                "mean<500 µs",
                "errors<0.1%",
                "rate>=1000/s",
                "ttfm.p99<5 ms",
                "gap.p99.9>1 µs",
                "user.v1.Users/Get:rtt.p50<1 ms"
            ]
        );
        assert_eq!(read[8].abort, Some(Duration::from_secs(5)));
        assert_eq!(read[1].limit, 20e6);
    }

    #[test]
    fn refuses_what_could_mean_anything() {
        for wrong in [
            "p99<20",
            "p99",
            "p0<1ms",
            "p101<1ms",
            "p99=1ms",
            "errors<2",
            "rate>x",
            "foo.p99<1s",
            "p99<1ms abort=x",
            "<1ms",
            "ttfm<1ms",
        ] {
            assert!(parse_objectives(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn limits_are_meant_as_written() {
        let of = |text: &str| parse_objectives(text).unwrap().remove(0);
        assert!(!of("errors<0.1%").holds(0.001));
        assert!(of("errors<=0.1%").holds(1.0 / 1000.0));
        assert!(of("rate>=100").holds(100.0) && !of("rate>100").holds(100.0));
    }
}
