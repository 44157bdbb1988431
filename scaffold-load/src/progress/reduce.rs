//! From what the collector has to a frame: histograms become a few quantiles and
//! bins, once a second.

use super::about::About;
use super::frame::{Failure, Frame, Latencies, Row};
use super::watch::SoFar;
use crate::printable::printable;
use crate::record::{Histogram, MethodRecord, Second};
use crate::verdict::{Doubt, Seen, piled_up};

/// Bins of each power of ten, from 1 µs on.
const PER_DECADE: f64 = 48.0;
/// Powers of ten that have bins: up to 1,000 s.
const DECADES: f64 = 9.0;
const LEAST: f64 = 1e3;

/// Kinds of failures in a frame: more than any terminal shows.
const FAILURES: usize = 32;

/// Makes the frames of a run.
#[derive(Debug, Clone)]
pub(super) struct Reduce {
    max_drop: f64,
    closed: bool,
    length: f64,
    /// Latencies of the run's first quarter: what calls under way are explained by.
    early: Histogram,
}

/// The bin of a latency.
pub(super) fn bin(nanos: u64) -> usize {
    let decades = (nanos as f64 / LEAST).max(1.0).log10();
    (decades.min(DECADES) * PER_DECADE) as usize
}

/// Where a bin begins, in nanoseconds.
pub(super) fn begins(bin: usize) -> f64 {
    LEAST * 10f64.powf(bin as f64 / PER_DECADE)
}

// === impl Reduce ===

impl Reduce {
    pub(super) fn new(about: &About) -> Self {
        Self {
            max_drop: about.max_drop,
            closed: about.closed.is_some(),
            length: about.length,
            early: Histogram::new(),
        }
    }

    /// The frame at the end of `second`.
    pub(super) fn frame(&mut self, second: &Second, so_far: &SoFar<'_>) -> Frame {
        let (part, record) = (so_far.part, so_far.record);
        let methods = part.methods.iter().zip(&record.methods);
        let mut rows: Vec<Row> = methods.map(|(now, all)| row(now, all)).collect();
        rows.push(sum(&rows, so_far));
        let mut errors = Vec::new();
        for (method, record) in record.methods.iter().enumerate() {
            errors.extend(record.errors.iter().map(|(kind, error)| {
                Failure {
                    method,
                    kind: kind.clone(),
                    count: error.count,
                    message: error
                        .messages
                        .first()
                        .map_or(String::new(), |first| printable(first)),
                }
            }));
        }
        errors.sort_by(|a, b| b.count.cmp(&a.count).then(a.method.cmp(&b.method)));
        errors.truncate(FAILURES);
        let lag_p99 = record.lag.value_at_quantile(0.99);
        Frame {
            at: second.at + second.length,
            length: second.length,
            offered: second.offered,
            in_flight: second.in_flight,
            rows,
            errors,
            dropped: so_far.dropped,
            due: so_far.offered,
            lag_p99,
            pacing_p99: record.pacing.value_at_quantile(0.99),
            busiest: so_far.busiest,
            doubts: self.doubts(second, so_far, lag_p99),
        }
    }

    /// Those of a verdict on a run that ended now.
    fn doubts(&mut self, second: &Second, so_far: &SoFar<'_>, lag_p99: u64) -> Vec<Doubt> {
        if second.at < self.length / 4.0 || self.early.is_empty() {
            for method in &so_far.part.methods {
                self.early.add(&method.response);
            }
        }
        let seconds = (second.at + second.length).min(self.length).max(1e-3);
        let made = so_far.offered.saturating_sub(so_far.dropped);
        let rate = made as f64 / seconds;
        // Draining, fewer calls are under way than were at the end of the load.
        let piled = match second.at + second.length <= self.length {
            true => piled_up(rate, self.early.mean(), so_far.under_way),
            false => 0.0,
        };
        Seen {
            offered: so_far.offered,
            dropped: so_far.dropped,
            achieved: made.saturating_sub(piled as u64),
            seconds,
            lag_p99,
            cpu: so_far.busiest,
            closed: self.closed,
            max_drop: self.max_drop,
        }
        .doubts()
    }
}

fn row(now: &MethodRecord, all: &MethodRecord) -> Row {
    Row {
        ended: now.completed(),
        received: now.received,
        calls: all.calls(),
        failed: all.failed(),
        response: latencies(&now.response, &all.response),
        service: latencies(&now.service, &all.service),
    }
}

/// All methods as one.
fn sum(rows: &[Row], so_far: &SoFar<'_>) -> Row {
    if let [only] = rows {
        return only.clone();
    }
    let add = |of: fn(&Row) -> u64| rows.iter().map(of).sum();
    let (part, record) = (so_far.part, so_far.record);
    Row {
        ended: add(|row| row.ended),
        received: add(|row| row.received),
        calls: add(|row| row.calls),
        failed: add(|row| row.failed),
        response: latencies(&part.response(), &record.response()),
        service: latencies(&part.service(), &record.service()),
    }
}

fn latencies(now: &Histogram, all: &Histogram) -> Latencies {
    let mut bins = vec![
        0;
        if all.is_empty() {
            0
        } else {
            bin(all.max()) + 1
        }
    ];
    for (value, count) in all.values() {
        let at = bin(value).min(bins.len() - 1);
        bins[at] += count;
    }
    Latencies {
        now_p50: now.value_at_quantile(0.5),
        now_p99: now.value_at_quantile(0.99),
        p50: all.value_at_quantile(0.5),
        p99: all.value_at_quantile(0.99),
        p999: all.value_at_quantile(0.999),
        max: all.max(),
        bins,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bins_are_where_they_say() {
        for nanos in [1_000, 1_001, 55_555, 1_234_567, 900_000_000_000] {
            let bin = bin(nanos);
            assert!(begins(bin) <= nanos as f64 * 1.000_001, "{nanos}");
            assert!(nanos as f64 <= begins(bin + 1), "{nanos}");
        }
        assert_eq!(bin(0), 0);
        assert_eq!(bin(u64::MAX), 432);
    }

    #[test]
    fn no_latency_is_lost_in_bins() {
        let mut all = Histogram::new();
        for nanos in (0..5_000u64).map(|n| n * n * n) {
            all.record(nanos);
        }
        let reduced = latencies(&Histogram::new(), &all);
        assert_eq!(reduced.bins.iter().sum::<u64>(), all.len());
        assert_eq!(reduced.p99, all.value_at_quantile(0.99));
        assert!(
            latencies(&Histogram::new(), &Histogram::new())
                .bins
                .is_empty()
        );
    }
}
