//! Over time: calls that came due and ended, and latency.

use ratatui_core::layout::Rect;

use super::chart::{Line, Scale, draw};
use super::pen::{DIM, FIRST, Pen, SECOND, fit, width};
use crate::progress::frame::Latencies;
use crate::progress::tui::history::{Point, PointOf};
use crate::progress::tui::state::State;
use crate::units;

/// Runs that are longer fill a chart's width all the time.
const WHOLE: f64 = 60.0;
/// Columns for the scale.
const GUTTER: u16 = 8;

/// The seconds that a chart's width is.
fn span(state: &State) -> f64 {
    let length = state.about.as_ref().map_or(1.0, |about| about.length);
    let ended = state.history.points().last().map_or(0.0, |last| last.at);
    length.min(WHOLE).max(ended).max(1.0)
}

/// Where a point stands: what it tells of went on around it.
fn middle(point: &Point) -> f64 {
    point.at - point.length / 2.0
}

/// What is below a chart's title.
fn body(area: Rect) -> Rect {
    Rect {
        y: area.y + 1,
        height: area.height.saturating_sub(1),
        ..area
    }
}

/// Calls a second: as they came due, and as they ended.
pub(super) fn rates(state: &State, pen: &mut Pen<'_>, area: Rect) {
    let open = state
        .about
        .as_ref()
        .is_some_and(|about| about.closed.is_none());
    // Nobody knows how many calls of one method were due.
    let offered = open && state.chosen.is_none();
    let row = state.frame.row(state.chosen);
    let per_second = |calls: u64| units::rate(calls as f64 / state.frame.length.max(1e-3));
    let due = per_second(state.frame.offered);
    let ended = per_second(row.map_or(0, |row| row.ended));
    let mut title = Vec::new();
    if offered {
        title.extend([("offered ", DIM), (&*due, FIRST), ("  ", DIM)]);
    }
    title.extend([("ended ", DIM), (&*ended, SECOND)]);
    let x = pen.spans(area, 0, 0, &title);
    let more = match state.chosen {
        None => format!("  in flight {}", state.frame.in_flight),
        Some(method) => format!("  {}", state.method(method)),
    };
    if x + width(&more) <= area.width {
        pen.text(area, x, 0, &more, DIM);
    }

    let span = span(state);
    let points = state.history.points();
    let at = state
        .chosen
        .unwrap_or(state.frame.rows.len().saturating_sub(1));
    let mut lines = Vec::new();
    if offered {
        lines.push(Line {
            points: points
                .iter()
                .map(|point| (middle(point) / span, point.offered))
                .collect(),
            style: FIRST,
        });
    }
    let ended = points
        .iter()
        .filter_map(|point| Some((middle(point) / span, point.rows.get(at)?.ended)));
    lines.push(Line {
        points: ended.collect(),
        style: SECOND,
    });
    let values = lines
        .iter()
        .flat_map(|line| line.points.iter().map(|point| point.1));
    let scale = Scale::of(values, false);
    draw(pen, body(area), &lines, scale, units::rate, GUTTER);
}

/// Latency: the median and the 99th percentile of each second.
pub(super) fn latencies(state: &State, pen: &mut Pen<'_>, area: Rect) {
    let row = state.frame.row(state.chosen);
    let now = row.map(|row| state.latencies(row));
    let shown = |of: fn(&Latencies) -> u64| match now.map_or(0, of) {
        0 => "-".to_owned(),
        nanos => units::latency(nanos),
    };
    let (p50, p99) = (shown(|now| now.now_p50), shown(|now| now.now_p99));
    let title = [
        (state.kind(), DIM),
        (" p50 ", DIM),
        (&*p50, FIRST),
        ("  p99 ", DIM),
        (&*p99, SECOND),
    ];
    let x = pen.spans(area, 0, 0, &title);
    if let Some(method) = state.chosen {
        let of = format!("  {}", state.method(method));
        pen.text(area, x, 0, &fit(&of, area.width.saturating_sub(x)), DIM);
    }

    let span = span(state);
    let at = state
        .chosen
        .unwrap_or(state.frame.rows.len().saturating_sub(1));
    let pick = |of: &PointOf| match state.service {
        true => of.service,
        false => of.response,
    };
    let points = state.history.points().iter();
    let points = points.filter_map(|point| Some((middle(point) / span, pick(point.rows.get(at)?))));
    // A second in which nothing ended has no latency.
    let points: Vec<_> = points.filter(|(_, (p50, _))| *p50 > 0).collect();
    let p50 = points
        .iter()
        .map(|&(at, (p50, _))| (at, p50 as f64))
        .collect();
    let p99 = points
        .iter()
        .map(|&(at, (_, p99))| (at, p99 as f64))
        .collect();
    let lines = [(p50, FIRST), (p99, SECOND)].map(|(points, style)| Line { points, style });
    let values = lines
        .iter()
        .flat_map(|line| line.points.iter().map(|point| point.1));
    let scale = Scale::of(values, !state.linear);
    let unit = |value: f64| units::latency(value as u64);
    draw(pen, body(area), &lines, scale, unit, GUTTER);
}
