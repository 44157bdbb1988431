//! The run second by second.

use super::chart::{Axis, Chart, Line, Unit};
use super::page::{card, section};
use crate::record::Second;
use crate::report::Report;
use crate::run::Run;

/// The moment that a point stands for: its middle.
fn middle(run: &Run, second: &Second) -> f64 {
    second.at + length(run, second) / 2.0
}

/// How much of a point's time is the run's: a last one may be cut short.
fn length(run: &Run, second: &Second) -> f64 {
    let left = run.elapsed.as_secs_f64() - second.at;
    match left > 0.0 {
        true => second.length.min(left).max(1e-3),
        false => second.length,
    }
}

/// Where the charts end: with the last call, which may be after the run.
fn end(run: &Run) -> f64 {
    let last = run.series.points.last();
    let last = last.map_or(0.0, |second| second.at + length(run, second));
    last.max(run.elapsed.as_secs_f64())
}

/// A line of what `read` says of each point.
fn line(run: &Run, name: &str, class: &'static str, read: impl Fn(&Second) -> Option<f64>) -> Line {
    let points = run.series.points.iter();
    Line::new(
        name,
        class,
        points.map(|second| (middle(run, second), read(second))),
    )
}

/// A chart over the run's time.
pub(super) fn chart(run: &Run, title: &'static str, y: Axis, lines: Vec<Line>) -> String {
    let elapsed = run.elapsed.as_secs_f64();
    let end = end(run);
    card(
        &Chart {
            title,
            x: Axis::time(end),
            y,
            lines,
            over: (end > elapsed).then_some(elapsed),
        }
        .draw(),
    )
}

/// An axis from nothing to the highest value of `lines`.
pub(super) fn from_zero(unit: Unit, lines: &[Line]) -> Axis {
    let values = || lines.iter().flat_map(Line::values);
    Axis::linear(
        unit,
        values().fold(0.0, f64::min),
        values().fold(0.0, f64::max),
    )
}

/// An axis by decades around the values of `lines`.
fn by_decades(lines: &[Line]) -> Axis {
    let values = || {
        lines
            .iter()
            .flat_map(Line::values)
            .filter(|value| *value > 0.0)
    };
    Axis::log(
        Unit::Latency,
        values().fold(f64::INFINITY, f64::min),
        values().fold(0.0, f64::max),
    )
}

pub(super) fn rate(run: &Run) -> String {
    let elapsed = run.elapsed.as_secs_f64();
    let per_second = |read: fn(&Second) -> u64| {
        move |second: &Second| {
            // What ended after the run's end is of no second of it.
            (second.at < elapsed).then(|| read(second) as f64 / length(run, second))
        }
    };
    let mut lines = Vec::new();
    if run.plan.closed.is_none() {
        lines.push(line(run, "offered", "offered", per_second(|s| s.offered)));
    }
    lines.push(line(
        run,
        "achieved",
        "achieved",
        per_second(|s| s.completed),
    ));
    if run.plan.closed.is_none() {
        lines.push(line(run, "dropped", "dropped", per_second(|s| s.dropped)));
    }
    lines.push(line(run, "failed", "failed", per_second(|s| s.failed)));
    let y = from_zero(Unit::Rate, &lines);
    section(
        "rate",
        "Rate",
        "Calls that came due, and calls that ended, second by second.",
        &chart(run, "calls per second over time", y, lines),
    )
}

pub(super) fn latency(report: &Report<'_>) -> String {
    let run = report.run;
    // A second in which no call ended has no latency.
    let some = |read: fn(&Second) -> u64| {
        move |second: &Second| Some(read(second) as f64).filter(|nanos| *nanos > 0.0)
    };
    let mut lines = vec![
        line(run, "max", "max", some(|s| s.max)),
        line(run, "p99.9", "p999", some(|s| s.p999)),
        line(run, "p99", "p99", some(|s| s.p99)),
        line(run, "p90", "p90", some(|s| s.p90)),
        line(run, "p50", "p50", some(|s| s.p50)),
        line(run, "service p99", "p99 dashed", some(|s| s.service_p99)),
    ];
    if let Some(baseline) = &report.baseline {
        let base = baseline.run;
        let until = end(run);
        let mut before = line(base, "baseline p99", "base", some(|s| s.p99));
        before.points.retain(|(at, _)| *at <= until);
        lines.push(before);
    }
    let y = by_decades(&lines);
    section(
        "latency",
        "Response time",
        "From when a call was due. Where service, from when it was sent, stays below response at the same percentile, calls waited before they were sent: a tool that counts from there does not see it.",
        &chart(run, "response time over time", y, lines),
    )
}

pub(super) fn in_flight(run: &Run) -> String {
    let lines = vec![line(run, "in flight", "one", |s| Some(s.in_flight as f64)).filled()];
    let y = from_zero(Unit::Count, &lines);
    section(
        "in-flight",
        "Calls in flight",
        "Running or waiting at the end of each second.",
        &chart(run, "calls in flight over time", y, lines),
    )
}

pub(super) fn generator(run: &Run) -> String {
    let mut charts = String::new();
    if run.plan.closed.is_none() {
        let some = |s: &Second| Some(s.lag_p99 as f64).filter(|lag| *lag > 0.0);
        let lines = vec![line(run, "lag p99", "one", some)];
        let y = by_decades(&lines);
        charts.push_str(&chart(run, "lag over time", y, lines));
    }
    let lines = vec![line(run, "workers' CPU, cores", "two", |s| s.cpu).filled()];
    if lines[0].has_any() {
        let y = from_zero(Unit::Cores, &lines);
        charts.push_str(&chart(run, "CPU of the workers over time", y, lines));
    }
    if charts.is_empty() {
        return String::new();
    }
    section(
        "generator",
        "Generator",
        "How late it was with calls that were due, and the cores that its workers took: whether it measured the server or itself.",
        &format!("<div class=\"pair\">{charts}</div>"),
    )
}
