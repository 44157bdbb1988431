//! How each value is made. Chosen once, when a generator is built; drawn for
//! each payload.

mod format;
mod known;
mod number;
mod source;
mod style;
mod template;
mod text;

pub(crate) use known::{AnyChoice, KnownMake, seconds, wire_type};
pub(crate) use number::{Numeric, Real, Whole};
pub(crate) use source::Source;
pub(crate) use style::Style;
pub(crate) use template::{Piece, Template};
pub(crate) use text::{Size, Text, TextSource};

use super::pool::Kind;
use super::rng::{Key, Rng};
use super::wire::{delimited, put_varint, zigzag};

/// What a value may be drawn from, besides how it is made.
pub(crate) struct Draw {
    pub(crate) rng: Rng,
    /// The payload's number.
    pub(crate) index: u64,
    /// The same for all values of a payload: rows of a table stay together.
    pub(crate) row: Key,
}

/// A value of one field, or one element of it.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    pub(crate) kind: Kind,
    pub(crate) make: Make,
}

#[derive(Clone, Debug)]
pub(crate) enum Make {
    Whole(Whole),
    Real(Real),
    Text(Box<Text>),
    /// An index into the plan's messages.
    Message(usize),
    Known(Box<KnownMake>),
}

// === impl Element ===

impl Element {
    /// The fewest bytes that a value takes, without its tag; messages are added
    /// by the plan.
    pub(crate) fn least(&self) -> u64 {
        match (self.kind, &self.make) {
            (Kind::Double | Kind::Fixed64 | Kind::Sfixed64, _) => 8,
            (Kind::Float | Kind::Fixed32 | Kind::Sfixed32, _) => 4,
            (_, Make::Text(text)) => 1 + text.least(),
            _ => 1,
        }
    }
}

/// Writes a whole number as its kind has it on the wire.
pub(crate) fn put_whole(out: &mut Vec<u8>, kind: Kind, value: i128) {
    match kind {
        Kind::Sint32 | Kind::Sint64 => put_varint(out, zigzag(value as i64)),
        Kind::Fixed32 | Kind::Sfixed32 => out.extend_from_slice(&(value as u32).to_le_bytes()),
        Kind::Fixed64 | Kind::Sfixed64 => out.extend_from_slice(&(value as u64).to_le_bytes()),
        _ => put_varint(out, value as u64),
    }
}

/// The same for numbers with a fraction.
pub(crate) fn put_real(out: &mut Vec<u8>, kind: Kind, value: f64) {
    if kind == Kind::Float {
        out.extend_from_slice(&(value as f32).to_le_bytes());
    } else {
        out.extend_from_slice(&value.to_le_bytes());
    }
}

/// Writes a scalar; whether it is its kind's zero. Messages are the encoder's.
pub(crate) fn put_scalar(out: &mut Vec<u8>, element: &Element, draw: &mut Draw) -> bool {
    match &element.make {
        Make::Whole(whole) => {
            let value = whole.draw(draw);
            put_whole(out, element.kind, value);
            value == 0
        }
        Make::Real(real) => {
            let value = real.draw(draw);
            put_real(out, element.kind, value);
            value.to_bits() == 0
        }
        Make::Text(text) => delimited(out, |out| {
            let from = out.len();
            text.write(draw, out);
            out.len() == from
        }),
        Make::Message(_) | Make::Known(_) => false,
    }
}
