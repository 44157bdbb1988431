//! Text with holes: `user-{index}`.

use super::{Draw, Numeric, Source, Style};

/// A text and what fills its holes.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    pub(crate) pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Text(String),
    /// The payload's number, filled up with zeros to this many digits.
    Index(usize),
    /// A number of the distribution beside the template.
    Drawn(Numeric, usize),
    /// A listed value that stands beside the template.
    Listed(Source<Vec<u8>>),
    Hex(u64),
    Digits(u64),
    Style(Style),
}

// === impl Template ===

impl Template {
    pub(crate) fn write(&self, draw: &mut Draw, out: &mut Vec<u8>) {
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => out.extend_from_slice(text.as_bytes()),
                Piece::Index(width) => padded(out, draw.index.into(), *width),
                Piece::Drawn(numeric, width) => {
                    let value = numeric.whole(draw);
                    padded(out, value, *width);
                }
                Piece::Listed(source) => out.extend_from_slice(source.draw(draw)),
                Piece::Hex(count) => {
                    for _ in 0..*count {
                        out.push(*draw.rng.one(b"0123456789abcdef"));
                    }
                }
                Piece::Digits(count) => {
                    for _ in 0..*count {
                        out.push(b'0' + draw.rng.below(10) as u8);
                    }
                }
                Piece::Style(style) => style.write(draw, out),
            }
        }
    }
}

/// A number in decimal, with zeros in front up to `width` digits.
pub(super) fn padded(out: &mut Vec<u8>, value: i128, width: usize) {
    use std::io::Write as _;
    // Writing to a vector does not fail.
    let _ = write!(out, "{value:0width$}");
}
