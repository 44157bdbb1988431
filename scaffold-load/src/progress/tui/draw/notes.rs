//! What failed, and what a search has tried.

use ratatui_core::layout::Rect;

use super::pen::{BAD, DIM, GOOD, PLAIN, Pen, fit};
use crate::progress::tui::state::State;
use crate::units;

pub(super) fn draw(state: &State, pen: &mut Pen<'_>, area: Rect) {
    let chosen = |of: usize| state.chosen.is_none_or(|chosen| chosen == of);
    let errors = state
        .frame
        .errors
        .iter()
        .filter(|error| chosen(error.method));
    let errors: Vec<_> = errors.collect();
    // Earlier probes below failures, half of the room at least.
    let room = usize::from(area.height);
    let half = match state.probes.len() {
        0 => room,
        _ => room.saturating_sub(state.probes.len() + 1).max(room / 2),
    };
    let title = match errors.len() {
        0 => "failed: none".to_owned(),
        _ => format!(
            "failed: {}",
            errors.iter().map(|error| error.count).sum::<u64>()
        ),
    };
    let style = if errors.is_empty() { DIM } else { BAD };
    pen.text(area, 0, 0, &title, style);
    let mut y = 1;
    for error in errors.iter().take(half.saturating_sub(1)) {
        let mut x = pen.text(
            area,
            0,
            y,
            &format!("{} × {}", error.count, error.kind),
            BAD,
        );
        if state.chosen.is_none() && state.shown().len() > 1 {
            x = pen.text(
                area,
                x,
                y,
                &format!(" {}", state.method(error.method)),
                PLAIN,
            );
        }
        if !error.message.is_empty() {
            let message = format!(": {}", error.message);
            pen.text(
                area,
                x,
                y,
                &fit(&message, area.width.saturating_sub(x)),
                DIM,
            );
        }
        y += 1;
    }
    if state.probes.is_empty() || usize::from(y) + 1 >= room {
        return;
    }
    pen.text(area, 0, y, "probes before", DIM);
    let room = room - usize::from(y) - 1;
    let hidden = state.probes.len().saturating_sub(room);
    for probe in state.probes.iter().skip(hidden) {
        y += 1;
        let (style, word) = match probe.passed {
            true => (GOOD, "holds"),
            false => (BAD, "does not hold"),
        };
        let line = format!(
            "{:>8} {word}, p99 {}",
            units::rate(probe.rate),
            units::latency(probe.p99)
        );
        pen.text(area, 0, y, &fit(&line, area.width), style);
    }
}
