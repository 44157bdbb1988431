//! Text into cells, never beyond them, and the colours that mean something.

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Modifier, Style};
use ratatui_core::text::Span;

/// What names and explains, beside what is measured.
/// A colour for it would be the background somewhere.
pub(super) const DIM: Style = Style::new().add_modifier(Modifier::DIM);
pub(super) const PLAIN: Style = Style::new();
pub(super) const BOLD: Style = Style::new().add_modifier(Modifier::BOLD);
/// The usual: what was offered, the median.
pub(super) const FIRST: Style = Style::new().fg(Color::LightBlue);
/// What counts: what ended, the 99th percentile.
pub(super) const SECOND: Style = Style::new().fg(Color::Cyan);
pub(super) const GOOD: Style = Style::new().fg(Color::Green);
pub(super) const WARN: Style = Style::new().fg(Color::Yellow);
pub(super) const BAD: Style = Style::new().fg(Color::Red);

/// Draws into a buffer.
#[derive(Debug)]
pub(super) struct Pen<'a> {
    buffer: &'a mut Buffer,
}

// === impl Pen ===

impl<'a> Pen<'a> {
    pub(super) fn new(buffer: &'a mut Buffer) -> Self {
        Self { buffer }
    }

    /// Writes from a column of a row of `area` on, up to its edge; the column
    /// after it.
    pub(super) fn text(&mut self, area: Rect, x: u16, y: u16, text: &str, style: Style) -> u16 {
        let area = area.intersection(self.buffer.area);
        if y >= area.height || x >= area.width {
            return x;
        }
        let room = usize::from(area.width - x);
        let (end, _) = self
            .buffer
            .set_stringn(area.x + x, area.y + y, text, room, style);
        end - area.x
    }

    /// Several texts, one after the other.
    pub(super) fn spans(&mut self, area: Rect, x: u16, y: u16, spans: &[(&str, Style)]) -> u16 {
        let next = |x, &(text, style): &(&str, Style)| self.text(area, x, y, text, style);
        spans.iter().fold(x, next)
    }

    /// A text that ends at the right edge; the column that it begins at.
    pub(super) fn right(&mut self, area: Rect, y: u16, text: &str, style: Style) -> u16 {
        let x = area.width.saturating_sub(width(text));
        self.text(area, x, y, text, style);
        x
    }

    /// Clears an area for something in front of the rest.
    pub(super) fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.buffer.area);
        for (x, y) in area.positions().map(|at| (at.x, at.y)) {
            self.buffer[(x, y)].reset();
        }
    }
}

/// Columns that a text takes.
pub(super) fn width(text: &str) -> u16 {
    u16::try_from(Span::raw(text).width()).unwrap_or(u16::MAX)
}

/// The text in so many columns: its end is left out, which is shown.
pub(super) fn fit(text: &str, columns: u16) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut cut = String::new();
    for c in text.chars() {
        if width(&cut) + width(c.encode_utf8(&mut [0; 4])) >= columns {
            break;
        }
        cut.push(c);
    }
    if columns > 0 {
        cut.push('…');
    }
    cut
}
