//! The keys explained, in front of the rest.

use ratatui_core::layout::Rect;

use super::pen::{BOLD, DIM, PLAIN, Pen};

const LINES: [(&str, &str); 12] = [
    ("q, Ctrl-C", "stop and keep the results; twice: at once"),
    ("m ↓ →", "the next method, after the last all of them"),
    ("M ↑ ←", "the one before"),
    ("w", "latency from due (response) or sent (service)"),
    ("l", "logarithmic or linear charts"),
    ("? Esc", "this, or away with it"),
    ("", ""),
    ("charts", "each second; the table is of all so far"),
    ("VALID", "calls were made when they were due"),
    ("LAGGING", "late, by the generator's fault"),
    ("DROPPING", "not made: too many under way"),
    ("BEHIND", "the server does not keep up"),
];
const COLUMNS: u16 = 62;
const KEYS: u16 = 12;

pub(super) fn draw(pen: &mut Pen<'_>, screen: Rect) {
    let width = COLUMNS.min(screen.width);
    let height = (LINES.len() as u16 + 2).min(screen.height);
    let area = Rect {
        x: screen.x + (screen.width - width) / 2,
        y: screen.y + (screen.height - height) / 2,
        width,
        height,
    };
    pen.clear(area);
    let inner = usize::from(width.saturating_sub(2));
    for y in 0..height {
        let (left, middle, right) = match y {
            0 => ("╭", "─", "╮"),
            y if y + 1 == height => ("╰", "─", "╯"),
            _ => ("│", " ", "│"),
        };
        let line = format!("{left}{}{right}", middle.repeat(inner));
        pen.text(area, 0, y, &line, DIM);
    }
    let inside = Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: width.saturating_sub(2),
        height: height.saturating_sub(2),
    };
    pen.text(area, 2, 0, " keys and words ", BOLD);
    for (y, (key, what)) in (0..).zip(LINES) {
        pen.text(inside, 1, y, key, BOLD);
        pen.text(inside, 1 + KEYS, y, what, PLAIN);
    }
}
