//! The top: which run, how far, and whether it is a measurement so far.

use std::time::Duration;

use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Modifier, Style};

use super::pen::{BOLD, DIM, FIRST, PLAIN, Pen, SECOND, fit, width};
use crate::progress::tui::state::{Phase, State};
use crate::units;
use crate::verdict::Doubt;

/// Eighths of a cell, from below.
pub(super) const EIGHTHS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// A word in a box of colour.
const fn chip(color: Color) -> Style {
    Style::new()
        .fg(Color::Black)
        .bg(color)
        .add_modifier(Modifier::BOLD)
}

pub(super) fn draw(state: &State, pen: &mut Pen<'_>, area: Rect) {
    let (word, style) = verdict(state);
    let word = format!(" {word} ");
    let room = pen.right(area, 0, &word, style).saturating_sub(1);
    let name = fit(&state.name, room);
    let x = pen.text(area, 0, 0, &name, BOLD);
    if let Some(about) = &state.about {
        let mut more = format!(" at {}", about.target);
        if let Some(number) = state.probe {
            more = format!(
                " · probe {number}: {}{more}",
                units::rate(about.schedule.peak())
            );
        }
        let room = room.saturating_sub(x);
        if room > 4 {
            pen.text(area, x, 0, &fit(&more, room), DIM);
        }
    }
    bar(state, pen, area);
}

/// Whether the measurement is one so far: its first doubt, if it has any.
fn verdict(state: &State) -> (&'static str, Style) {
    if state.now.is_none_or(|now| now < 0.0) || state.frame.rows.is_empty() {
        return ("NO VERDICT YET", chip(Color::Gray));
    }
    match state.frame.doubts.first() {
        None => ("VALID so far", chip(Color::Green)),
        Some(Doubt::Dropping(_)) => ("DROPPING", chip(Color::Red)),
        Some(Doubt::Behind(..)) => ("BEHIND", chip(Color::Red)),
        Some(Doubt::Lagging(..)) => ("LAGGING", chip(Color::Yellow)),
        Some(Doubt::Busy(_)) => ("GENERATOR BUSY", chip(Color::Yellow)),
    }
}

fn bar(state: &State, pen: &mut Pen<'_>, area: Rect) {
    let phase = match state.phase() {
        Phase::Connecting => "connecting",
        Phase::Waiting => "waiting for the start",
        Phase::Warming => "warm-up",
        Phase::Measuring => "measuring",
        Phase::Draining => "draining",
        Phase::Stopping => "stopping",
    };
    let x = pen.text(area, 0, 1, phase, SECOND);
    let (Some(about), Some(now)) = (&state.about, state.now) else {
        return;
    };
    let (done, of, text) = if now < 0.0 {
        let warm = (about.warmup + now).max(0.0);
        (warm, about.warmup, format!("{:.0} s to go", -now.floor()))
    } else {
        let done = now.min(about.length);
        (
            done,
            about.length,
            format!("{done:.0} / {:.0} s", about.length),
        )
    };
    let share = (done / of.max(1e-9)).clamp(0.0, 1.0);
    let from = x + 2;
    let end = pen.right(area, 1, &text, PLAIN);
    let cells = end.saturating_sub(from + 2);
    if cells >= 4 {
        let full = (f64::from(cells) * share) as u16;
        pen.text(area, from, 1, &"━".repeat(full.into()), FIRST);
        let rest = "─".repeat((cells - full).into());
        pen.text(area, from + full, 1, &rest, DIM);
    }
}

/// The rate over time, as planned, with a mark where the run is.
pub(super) fn stages(state: &State, pen: &mut Pen<'_>, area: Rect) {
    let Some(about) = &state.about else {
        return;
    };
    let label = format!("plan {} ", units::rate(about.schedule.peak()));
    pen.text(area, 0, 0, &label, DIM);
    let from = width(&label);
    let cells = area.width.saturating_sub(from);
    let peak = about.schedule.peak().max(1e-9);
    let second = |cell: f64| cell / f64::from(cells.max(1)) * about.length;
    let here = state.now.filter(|now| *now >= 0.0 && *now < about.length);
    for cell in 0..cells {
        let at = Duration::from_secs_f64(second(f64::from(cell) + 0.5));
        let share = about.schedule.rate_at(at) / peak;
        let full = (share * f64::from(area.height) * 8.0).round() as u16;
        let now = here
            .is_some_and(|now| second(cell.into()) <= now && now < second(f64::from(cell) + 1.0));
        let past = here.is_some_and(|now| second(cell.into()) < now);
        let style = match (now, past) {
            (true, _) => BOLD.fg(Color::Yellow),
            (_, true) => FIRST,
            _ => DIM,
        };
        for row in 0..area.height {
            let below = (area.height - 1 - row) * 8;
            let eighths = full.saturating_sub(below).min(8);
            let mark = if now {
                "┃"
            } else {
                EIGHTHS[usize::from(eighths)]
            };
            pen.text(area, from + cell, row, mark, style);
        }
    }
}
