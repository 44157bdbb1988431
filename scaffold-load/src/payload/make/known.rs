//! Well-known types: their form is fixed, so they need no descriptor.

use super::{Draw, Element, Source, Style, Whole, put_scalar};
use crate::payload::rng::Rng;
use crate::payload::wire::{WireType, delimited, put_bytes, put_nonzero, put_tag, put_varint};

/// The content of a well-known message.
#[derive(Clone, Debug)]
pub(crate) enum KnownMake {
    /// The encoder writes it: it may hold any message.
    Any(Vec<AnyChoice>),
    /// In nanoseconds.
    Duration(Whole),
    /// In nanoseconds since 1970.
    Timestamp(Whole),
    Empty,
    /// Some of these paths, or exactly what is listed.
    Mask(Vec<String>),
    MaskListed(Source<Vec<String>>),
    List,
    Struct,
    Value,
    Wrapper(Element),
}

/// A message that an `Any` may hold.
#[derive(Clone, Debug)]
pub(crate) struct AnyChoice {
    pub(crate) url: String,
    /// An index into the plan's messages; none if only the URL is known.
    pub(crate) plan: Option<usize>,
}

/// Values in values, at most; a struct at the top is the first.
const MAX_DEPTH: u32 = 2;

// === impl KnownMake ===

impl KnownMake {
    /// Writes the content, without tag and length; nothing of an `Any`.
    pub(crate) fn write(&self, draw: &mut Draw, out: &mut Vec<u8>) {
        match self {
            KnownMake::Any(_) | KnownMake::Empty => {}
            KnownMake::Duration(nanos) => {
                let nanos = nanos.draw(draw);
                // Both parts have one sign.
                seconds(nanos / BILLION, nanos % BILLION, out);
            }
            KnownMake::Timestamp(nanos) => {
                let nanos = nanos.draw(draw);
                seconds(nanos.div_euclid(BILLION), nanos.rem_euclid(BILLION), out);
            }
            KnownMake::Mask(paths) => {
                let count = 1 + draw.rng.at(paths.len().min(3));
                let first = draw.rng.at(paths.len());
                for path in paths
                    .iter()
                    .cycle()
                    .skip(first)
                    .take(count.min(paths.len()))
                {
                    put_bytes(out, 1, path.as_bytes());
                }
            }
            KnownMake::MaskListed(source) => {
                for path in source.draw(draw) {
                    put_bytes(out, 1, path.as_bytes());
                }
            }
            KnownMake::List => list(draw, 1, out),
            KnownMake::Struct => structure(draw, 1, out),
            KnownMake::Value => value(draw, 0, out),
            KnownMake::Wrapper(element) => {
                let from = out.len();
                put_tag(out, 1, wire_type(element));
                if put_scalar(out, element, draw) {
                    out.truncate(from);
                }
            }
        }
    }
}

const BILLION: i128 = 1_000_000_000;

pub(crate) fn seconds(seconds: i128, nanos: i128, out: &mut Vec<u8>) {
    put_nonzero(out, 1, seconds as i64);
    put_nonzero(out, 2, nanos as i64);
}

pub(crate) fn wire_type(element: &Element) -> WireType {
    use crate::payload::pool::Kind;
    match element.kind {
        Kind::Double | Kind::Fixed64 | Kind::Sfixed64 => WireType::Fixed64,
        Kind::Float | Kind::Fixed32 | Kind::Sfixed32 => WireType::Fixed32,
        Kind::String | Kind::Bytes | Kind::Message(_) | Kind::Missing => WireType::Delimited,
        Kind::Group(_) => WireType::StartGroup,
        _ => WireType::Varint,
    }
}

/// `google.protobuf.Struct`, with a key of each kind.
fn structure(draw: &mut Draw, depth: u32, out: &mut Vec<u8>) {
    for key in ["name", "count", "tags"].iter().take(1 + draw.rng.at(3)) {
        put_tag(out, 1, WireType::Delimited);
        delimited(out, |out| {
            put_bytes(out, 1, key.as_bytes());
            put_tag(out, 2, WireType::Delimited);
            delimited(out, |out| value(draw, depth, out));
        });
    }
}

fn list(draw: &mut Draw, depth: u32, out: &mut Vec<u8>) {
    for _ in 0..1 + draw.rng.at(3) {
        put_tag(out, 1, WireType::Delimited);
        delimited(out, |out| value(draw, depth, out));
    }
}

fn value(draw: &mut Draw, depth: u32, out: &mut Vec<u8>) {
    let kinds = if depth < MAX_DEPTH { 5 } else { 3 };
    match draw.rng.below(kinds) {
        0 => number(&mut draw.rng, out),
        1 => {
            put_tag(out, 3, WireType::Delimited);
            delimited(out, |out| Style::Words.write(draw, out));
        }
        2 => {
            put_tag(out, 4, WireType::Varint);
            put_varint(out, draw.rng.below(2));
        }
        3 => {
            put_tag(out, 5, WireType::Delimited);
            delimited(out, |out| structure(draw, depth + 1, out));
        }
        _ => {
            put_tag(out, 6, WireType::Delimited);
            delimited(out, |out| list(draw, depth + 1, out));
        }
    }
}

fn number(rng: &mut Rng, out: &mut Vec<u8>) {
    put_tag(out, 2, WireType::Fixed64);
    let number = rng.below(100_000) as f64 / 100.0;
    out.extend_from_slice(&number.to_le_bytes());
}
