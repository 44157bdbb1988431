//! Line charts of inline SVG beside labels of HTML: drawn here, so that they need
//! no script, and legible at any width, since no text is scaled.

mod axis;
mod draw;
mod line;

pub(super) use axis::{Axis, Unit};
pub(super) use draw::Chart;
pub(super) use line::Line;
