//! How latencies are spread.

use ratatui_core::layout::Rect;

use super::head::EIGHTHS;
use super::pen::{DIM, FIRST, Pen, SECOND, WARN, fit, width};
use crate::progress::frame::Latencies;
use crate::progress::reduce::{begins, bin};
use crate::progress::tui::state::State;
use crate::units;

/// The range that is drawn, in nanoseconds.
struct Range {
    from: f64,
    to: f64,
    log: bool,
}

// === impl Range ===

impl Range {
    /// All of it; a linear one without the last thousandth, which would leave a
    /// column to all others.
    fn of(latencies: &Latencies, linear: bool) -> Self {
        let first = latencies
            .bins
            .iter()
            .position(|&count| count > 0)
            .unwrap_or(0);
        let last = latencies.bins.len();
        match linear {
            true => Self {
                from: 0.0,
                to: begins(bin(latencies.p999) + 1),
                log: false,
            },
            false => Self {
                from: begins(first),
                to: begins(last.max(first + 8)),
                log: true,
            },
        }
    }

    fn share(&self, nanos: f64) -> f64 {
        match self.log {
            true => (nanos.max(1.0) / self.from).ln() / (self.to / self.from).ln(),
            false => (nanos - self.from) / (self.to - self.from),
        }
    }
}

pub(super) fn draw(state: &State, pen: &mut Pen<'_>, area: Rect) {
    let nothing = Latencies::default();
    let row = state.frame.row(state.chosen);
    let latencies = row.map_or(&nothing, |row| state.latencies(row));
    let scale = if state.linear { "linear" } else { "log" };
    let title = format!("{} of {}, {scale}", state.kind(), state.chosen_name());
    pen.text(area, 0, 0, &fit(&title, area.width), DIM);
    let rows = area.height.saturating_sub(2);
    if latencies.bins.is_empty() || rows == 0 || area.width < 10 {
        return;
    }
    let range = Range::of(latencies, state.linear);
    let columns = usize::from(area.width);
    let counts = spread(latencies, &range, columns);
    let most = counts.iter().copied().fold(0.0, f64::max).max(1e-9);
    let column =
        |nanos: u64| ((range.share(nanos as f64) * columns as f64) as usize).min(columns - 1);
    let (p50, p99) = (column(latencies.p50), column(latencies.p99));
    for (x, count) in counts.into_iter().enumerate() {
        let eighths = count / most * f64::from(rows) * 8.0;
        // The few slow ones are what people look for.
        let full = if count > 0.0 {
            eighths.max(1.0) as u16
        } else {
            0
        };
        let style = match x {
            x if x <= p50 => FIRST,
            x if x <= p99 => SECOND,
            _ => WARN,
        };
        for row in 0..rows {
            let below = (rows - 1 - row) * 8;
            let cell = usize::from(full.saturating_sub(below).min(8));
            pen.text(area, x as u16, row + 1, EIGHTHS[cell], style);
        }
    }
    axis(pen, area, &range, p50 as u16, p99 as u16);
}

/// The counts of bins over columns, each bin spread over those that it covers.
fn spread(latencies: &Latencies, range: &Range, columns: usize) -> Vec<f64> {
    let mut counts = vec![0.0; columns];
    for (at, &count) in latencies
        .bins
        .iter()
        .enumerate()
        .filter(|(_, count)| **count > 0)
    {
        let place = |bin| (range.share(begins(bin)) * columns as f64).clamp(0.0, columns as f64);
        let (from, to) = (place(at), place(at + 1));
        if from >= columns as f64 {
            break;
        }
        let wide = (to - from).max(1e-9);
        let mut x = from;
        while x < to.max(from + 1e-9) {
            let next = (x.floor() + 1.0).min(to.max(from + 1e-9));
            counts[(x as usize).min(columns - 1)] += count as f64 * ((next - x) / wide).min(1.0);
            x = next;
        }
    }
    counts
}

/// The ends of the range, and where the percentiles are.
fn axis(pen: &mut Pen<'_>, area: Rect, range: &Range, p50: u16, p99: u16) {
    let y = area.height - 1;
    pen.text(area, 0, y, &"─".repeat(area.width.into()), DIM);
    let (mut free, mut least_mark) = (0, area.width);
    for (at, text, style) in [(p50, "▲p50", FIRST), (p99, "▲p99", SECOND)] {
        if at >= free + u16::from(free > 0) && at + width(text) <= area.width {
            free = pen.text(area, at, y, text, style);
            least_mark = least_mark.min(at);
        }
    }
    // What is at the ends gives way to the marks.
    let least = format!("{} ", units::latency(range.from as u64));
    if width(&least) <= least_mark {
        pen.text(area, 0, y, &least, DIM);
    }
    let most = format!(" {}", units::latency(range.to as u64));
    if free + width(&most) <= area.width {
        pen.right(area, y, &most, DIM);
    }
}
