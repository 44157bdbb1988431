//! All latencies at once: what each percentile is, with as many nines as there are
//! calls for.

use super::chart::{Axis, Chart, Line, Unit};
use super::page::{card, section};
use crate::record::Histogram;
use crate::report::Report;

/// Points of a curve.
const STEPS: u32 = 240;

pub(super) fn curve(report: &Report<'_>) -> String {
    let record = &report.run.record;
    let (response, service) = (record.response(), record.service());
    if response.is_empty() {
        return String::new();
    }
    let x = Axis::nines(response.len());
    let mut lines = vec![
        of("response", "p99", &response, &x),
        of("service", "p50 dashed", &service, &x),
    ];
    if let Some(baseline) = &report.baseline {
        let before = baseline.run.record.response();
        lines.push(of("baseline response", "base", &before, &x));
    }
    let values = || lines.iter().flat_map(Line::values);
    let y = Axis::log(
        Unit::Latency,
        values().fold(f64::INFINITY, f64::min),
        values().fold(0.0, f64::max),
    );
    let chart = Chart {
        title: "response and service time by percentile",
        x,
        y,
        lines,
        over: None,
    };
    section(
        "percentiles",
        "Percentiles",
        "The time within which a share of all calls ended; each step to the right is one nine more.",
        &card(&chart.draw()),
    )
}

fn of(name: &str, class: &'static str, histogram: &Histogram, x: &Axis) -> Line {
    let most = (histogram.len().max(1) as f64).log10().min(x.high);
    let points = (0..=STEPS).map(|step| {
        let nines = x.high * f64::from(step) / f64::from(STEPS);
        let value = histogram.value_at_quantile(1.0 - 10f64.powf(-nines)) as f64;
        // Beyond its last call a histogram says the same for ever.
        (
            nines,
            (value > 0.0 && nines <= most + 1e-9).then_some(value),
        )
    });
    Line::new(name, class, points)
}
