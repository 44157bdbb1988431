//! Lines in cells of two by four dots.

use ratatui_core::layout::Rect;
use ratatui_core::style::Style;

use super::pen::{DIM, Pen, width};

/// The bits of a cell's dots, by column and row from above.
const DOTS: [[u32; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];
/// The cell without a dot.
const BLANK: u32 = 0x2800;

/// From values to heights.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    least: f64,
    most: f64,
    log: bool,
}

/// One line: moments as shares of the chart's width, and values.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) points: Vec<(f64, f64)>,
    pub(super) style: Style,
}

/// The next of these from a value on, or of their tenfold, and so on.
fn round_up(value: f64, steps: &[f64]) -> f64 {
    let power = 10f64.powf(value.max(1e-9).log10().floor());
    let mut steps = steps.iter().map(|step| step * power);
    let found = steps.find(|step| *step >= value * 0.999_999);
    found.unwrap_or(10.0 * power)
}

/// The last of 1, 2, 5, 10 … up to a value.
fn round_down(value: f64) -> f64 {
    let power = 10f64.powf(value.max(1e-9).log10().floor());
    let steps = [5.0, 2.0, 1.0].map(|step| step * power);
    let found = steps.into_iter().find(|step| *step <= value * 1.000_001);
    found.unwrap_or(power)
}

/// The ends of a scale: few where magnitudes count, else so many that a line
/// near its top has room above it.
const FEW: [f64; 4] = [1.0, 2.0, 5.0, 10.0];
const MANY: [f64; 11] = [1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
const ROOM: f64 = 1.1;

// === impl Scale ===

impl Scale {
    /// One with room for the values: from nothing on, or for their magnitudes.
    pub(super) fn of(values: impl Iterator<Item = f64> + Clone, log: bool) -> Self {
        let most = values.clone().fold(0.0, f64::max);
        let least = values.filter(|value| *value > 0.0).fold(most, f64::min);
        match log && least > 0.0 {
            true => Self {
                least: round_down(least),
                most: round_up(most, &FEW).max(round_down(least) * 2.0),
                log: true,
            },
            false => Self {
                least: 0.0,
                most: round_up(most.max(1.0) * ROOM, &MANY),
                log: false,
            },
        }
    }

    /// From 0 at its foot to 1.
    pub(super) fn share(&self, value: f64) -> f64 {
        let share = match self.log {
            true => (value.max(self.least) / self.least).ln() / (self.most / self.least).ln(),
            false => (value - self.least) / (self.most - self.least),
        };
        share.clamp(0.0, 1.0)
    }
}

/// Draws lines, the last in front, with the scale's ends beside them.
pub(super) fn draw(
    pen: &mut Pen<'_>,
    area: Rect,
    lines: &[Line],
    scale: Scale,
    unit: impl Fn(f64) -> String,
    gutter: u16,
) {
    if area.height == 0 || area.width <= gutter + 2 {
        return;
    }
    let label = |pen: &mut Pen<'_>, row: u16, value: f64| {
        let text = unit(value);
        let x = gutter.saturating_sub(width(&text) + 1);
        pen.text(area, x, row, &text, DIM);
    };
    let empty = lines.iter().all(|line| line.points.is_empty());
    if !empty {
        label(pen, 0, scale.most);
    }
    if !empty && area.height > 1 {
        label(pen, area.height - 1, scale.least);
    }
    for row in 0..area.height {
        pen.text(area, gutter, row, "│", DIM);
    }
    let from = gutter + 1;
    let (columns, rows) = (usize::from(area.width - from), usize::from(area.height));
    let mut cells = vec![(BLANK, DIM); columns * rows];
    for line in lines {
        let mut dot = |x: usize, y: usize| {
            let cell = &mut cells[y / 4 * columns + x / 2];
            cell.0 |= DOTS[x % 2][y % 4];
            cell.1 = line.style;
        };
        let (most_x, most_y) = ((columns * 2 - 1) as f64, (rows * 4 - 1) as f64);
        let place = |&(x, value): &(f64, f64)| {
            let y = (1.0 - scale.share(value)) * most_y;
            ((x.clamp(0.0, 1.0) * most_x).round(), y.round())
        };
        let mut before = None;
        for (x, y) in line.points.iter().map(place) {
            let (from_x, from_y) = before.replace((x, y)).unwrap_or((x, y));
            let steps = (x - from_x).abs().max(f64::abs(y - from_y)).max(1.0);
            for step in 0..=steps as usize {
                let share = step as f64 / steps;
                let (x, y) = (from_x + (x - from_x) * share, from_y + (y - from_y) * share);
                dot(x.round() as usize, y.round() as usize);
            }
        }
    }
    for (at, (bits, style)) in cells.into_iter().enumerate() {
        if bits != BLANK
            && let Some(c) = char::from_u32(bits)
        {
            let (x, y) = ((at % columns) as u16, (at / columns) as u16);
            pen.text(area, from + x, y, c.encode_utf8(&mut [0; 4]), style);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_round() {
        for (value, up, down) in [(1.0, 1.0, 1.0), (3.0, 5.0, 2.0), (777.0, 1000.0, 500.0)] {
            assert_eq!(round_up(value, &FEW), up);
            assert_eq!(round_down(value), down);
        }
        let log = Scale::of([100.0, 10_000.0].into_iter(), true);
        assert_eq!((log.share(100.0), log.share(10_000.0)), (0.0, 1.0));
        assert!((log.share(1_000.0) - 0.5).abs() < 1e-9);
        let nothing = Scale::of(std::iter::empty(), true);
        assert_eq!(nothing.share(0.0), 0.0);
    }
}
