//! What can be asked about.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::record::{Histogram, MethodRecord};

/// A number that a run measures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Response time at a quantile, in nanoseconds.
    Response(f64),
    /// The longest response time.
    Max,
    /// The mean response time.
    Mean,
    /// The share of calls that did not end well.
    Errors,
    /// Calls that ended well, per second.
    Rate,
    /// Time to the first message of a response stream.
    FirstMessage(f64),
    /// Time between messages of a response stream.
    Gap(f64),
    /// Round trip of a message on a bidirectional stream.
    RoundTrip(f64),
}

/// What kind of number it is, and so its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Time,
    Share,
    Rate,
}

// === impl Measure ===

impl Measure {
    /// Reads `p99`, `max`, `errors`, `ttfm.p99` and so on.
    pub(super) fn parse(name: &str) -> Option<Self> {
        if let Some((of, quantile)) = name.split_once('.')
            && let Some(quantile) = parse_quantile(quantile)
        {
            return Some(match of {
                "ttfm" => Self::FirstMessage(quantile),
                "gap" => Self::Gap(quantile),
                "rtt" => Self::RoundTrip(quantile),
                // `p99.9` has a dot of its own.
                _ => return None,
            });
        }
        Some(match name {
            "max" => Self::Max,
            "mean" => Self::Mean,
            "errors" => Self::Errors,
            "rate" => Self::Rate,
            name => Self::Response(parse_quantile(name)?),
        })
    }

    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Errors => Kind::Share,
            Self::Rate => Kind::Rate,
            _ => Kind::Time,
        }
    }

    /// The number; `None` where there is nothing to measure it from.
    pub(crate) fn of(self, record: &MethodRecord, seconds: f64) -> Option<f64> {
        let at = |histogram: &Histogram, quantile| {
            (!histogram.is_empty()).then(|| histogram.value_at_quantile(quantile) as f64)
        };
        let calls = record.calls();
        match self {
            Self::Response(quantile) => at(&record.response, quantile),
            Self::Max => at(&record.response, 1.0),
            Self::Mean => (calls > 0).then(|| record.response.mean()),
            Self::Errors => (calls > 0).then(|| record.failed() as f64 / calls as f64),
            Self::Rate => (seconds > 0.0).then(|| record.response_ok.len() as f64 / seconds),
            Self::FirstMessage(quantile) => at(&record.first_message, quantile),
            Self::Gap(quantile) => at(&record.gap, quantile),
            Self::RoundTrip(quantile) => at(&record.round_trip, quantile),
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (of, quantile) = match self {
            Self::Response(quantile) => ("", quantile),
            Self::FirstMessage(quantile) => ("ttfm.", quantile),
            Self::Gap(quantile) => ("gap.", quantile),
            Self::RoundTrip(quantile) => ("rtt.", quantile),
            Self::Max => return f.write_str("max"),
            Self::Mean => return f.write_str("mean"),
            Self::Errors => return f.write_str("errors"),
            Self::Rate => return f.write_str("rate"),
        };
        // Binary fractions of a percentage have a long tail.
        let percent = (quantile * 1e8).round() / 1e6;
        write!(f, "{of}p{percent}")
    }
}

/// Reads `p99.9` as 0.999.
fn parse_quantile(text: &str) -> Option<f64> {
    let percent: f64 = text.strip_prefix('p')?.parse().ok()?;
    (percent > 0.0 && percent <= 100.0).then_some(percent / 100.0)
}
