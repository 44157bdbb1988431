//! The methods, one to a row, and what they add up to.

use ratatui_core::layout::Rect;
use ratatui_core::style::Style;

use super::pen::{BAD, BOLD, DIM, PLAIN, Pen, WARN, fit, width};
use crate::progress::frame::{Latencies, Row};
use crate::progress::tui::state::State;
use crate::units;

/// A column: its title, its width with a gap before it, and the least width of
/// the table that it is shown in.
type Column = (&'static str, u16, u16);

const COLUMNS: [Column; 7] = [
    ("rate", 9, 0),
    ("ok", 7, 0),
    ("p50", 9, 50),
    ("p99", 9, 0),
    ("p99.9", 9, 70),
    ("max", 9, 60),
    ("msgs", 10, 80),
];
/// Where messages are worth a column.
const MESSAGES: usize = 6;
/// Columns of a name, at least.
const LEAST_NAME: u16 = 12;

/// Below that width a table has no room for a number.
const LEAST: u16 = 37;

pub(super) fn draw(state: &State, pen: &mut Pen<'_>, area: Rect) {
    if area.width < LEAST {
        return in_words(state, pen, area);
    }
    let shown = state.shown();
    let methods = state.about.iter().flat_map(|about| &about.methods);
    let streams = methods.filter(|of| of.used).any(|of| of.streams);
    let wanted = |(at, (_, _, least)): &(usize, &Column)| {
        area.width >= *least && (*at != MESSAGES || streams)
    };
    let columns: Vec<usize> = COLUMNS
        .iter()
        .enumerate()
        .filter(wanted)
        .map(|(at, _)| at)
        .collect();
    let taken: u16 = columns.iter().map(|&at| COLUMNS[at].1).sum();
    let name = area
        .width
        .saturating_sub(taken)
        .max(LEAST_NAME.min(area.width));

    let title = format!("{}, so far", state.kind());
    pen.text(area, 0, 0, &fit(&title, name.saturating_sub(1)), DIM);
    let mut x = name;
    for &at in &columns {
        let (title, columns, _) = COLUMNS[at];
        pen.text(
            area,
            x + columns.saturating_sub(width(title)),
            0,
            title,
            DIM,
        );
        x += columns;
    }

    let sum = u16::from(shown.len() > 1 && area.height > 2);
    let room = usize::from(area.height.saturating_sub(1 + sum));
    let chosen = state
        .chosen
        .and_then(|chosen| shown.iter().position(|&of| of == chosen));
    // The chosen one is in sight, whatever the others.
    let first = chosen.map_or(0, |at| (at + 1).saturating_sub(room));
    for (line, &method) in shown.iter().skip(first).take(room).enumerate() {
        let marked = state.chosen == Some(method);
        let text = state.method(method);
        let row = state.frame.rows.get(method);
        let y = line as u16 + 1;
        draw_row(state, pen, area, y, (text, name, marked), row, &columns);
    }
    if sum > 0 {
        let hidden = shown.len().saturating_sub(first + room);
        let text = match hidden {
            0 => "all".to_owned(),
            more => format!("all, and {more} more"),
        };
        let marked = state.chosen.is_none();
        let y = area.height - 1;
        draw_row(
            state,
            pen,
            area,
            y,
            (&text, name, marked),
            state.frame.row(None),
            &columns,
        );
    }
}

/// What is chosen, on a screen too small for a table.
fn in_words(state: &State, pen: &mut Pen<'_>, area: Rect) {
    let nothing = Row::default();
    let row = state.frame.row(state.chosen).unwrap_or(&nothing);
    let of = |column| value(column, row, state.latencies(row), state.frame.length);
    let lines: [&[(&str, usize)]; 4] = [
        &[("", 0), ("ok ", 1)],
        &[("p99 ", 3)],
        &[("p50 ", 2)],
        &[("max ", 5)],
    ];
    for (y, line) in (0..).zip(lines) {
        let mut x = 0;
        for &(name, column) in line {
            let (text, style) = of(column);
            x = pen.spans(area, x, y, &[(name, DIM), (&text, style), ("  ", PLAIN)]);
        }
    }
    pen.text(area, 0, 4, &fit(state.chosen_name(), area.width), DIM);
}

fn draw_row(
    state: &State,
    pen: &mut Pen<'_>,
    area: Rect,
    y: u16,
    (text, columns, marked): (&str, u16, bool),
    row: Option<&Row>,
    shown: &[usize],
) {
    let style = if marked { BOLD } else { PLAIN };
    pen.text(area, 0, y, if marked { "▸ " } else { "  " }, style);
    pen.text(area, 2, y, &fit(text, columns.saturating_sub(3)), style);
    let nothing = Row::default();
    let row = row.unwrap_or(&nothing);
    let mut x = columns;
    for &at in shown {
        let (text, style) = value(at, row, state.latencies(row), state.frame.length);
        let style = if marked { style.patch(BOLD) } else { style };
        let columns = COLUMNS[at].1;
        pen.text(
            area,
            x + columns.saturating_sub(width(&text)),
            y,
            &text,
            style,
        );
        x += columns;
    }
}

/// What a column says of a row.
fn value(column: usize, row: &Row, latencies: &Latencies, length: f64) -> (String, Style) {
    let per_second = |count: u64| units::rate(count as f64 / length.max(1e-3));
    let latency = |nanos: u64| match nanos {
        0 => ("-".to_owned(), DIM),
        nanos => (units::latency(nanos), PLAIN),
    };
    match column {
        0 => (per_second(row.ended), PLAIN),
        1 if row.calls == 0 => ("-".to_owned(), DIM),
        1 => {
            let failed = row.failed as f64 / row.calls as f64;
            let style = match row.failed {
                0 => PLAIN,
                _ if failed < 0.01 => WARN,
                _ => BAD,
            };
            (ok(failed), style)
        }
        2 => latency(latencies.p50),
        3 => latency(latencies.p99),
        4 => latency(latencies.p999),
        5 => latency(latencies.max),
        _ => (per_second(row.received), PLAIN),
    }
}

/// The share that did not fail; never 100 % where something did.
fn ok(failed: f64) -> String {
    match failed {
        0.0 => "100%".to_owned(),
        _ => format!("{:.2}%", (100.0 * (1.0 - failed)).min(99.99)),
    }
}
