//! How many elements a message has, before it is decoded.
//!
//! An empty message inside another takes two bytes on the wire and some hundred
//! in memory: 4 MiB can become half a GiB. Only the schema tells messages from
//! strings, and this code has none; so it takes everything with a length for a
//! message if it can be one, which counts a little too much and never too little.

use bytes::{Buf, Bytes};

use crate::Status;
use crate::counters::Cause;

/// Shorter messages are not counted: they can do little harm, and most are short.
const COUNTED_FROM: usize = 64 * 1024;

/// The decoder refuses what is nested deeper.
const MAX_DEPTH: usize = 100;

/// Passes a message on.
///
/// # Errors
///
/// `RESOURCE_EXHAUSTED` if it has more elements than `max`.
pub(super) fn check(message: Bytes, max: usize) -> Result<Bytes, Status> {
    if message.len() < COUNTED_FROM || max == usize::MAX {
        return Ok(message);
    }
    match count(&message, MAX_DEPTH, max) {
        Count::TooMany => Err(Status::resource_exhausted(format!(
            "received message has more than {max} elements"
        ))
        .because(Cause::TooManyElements)),
        Count::Message(_) | Count::NoMessage => Ok(message),
    }
}

enum Count {
    Message(usize),
    NoMessage,
    TooMany,
}

/// Counts what has a length, and groups, at all depths.
fn count(mut bytes: &[u8], depth: usize, max: usize) -> Count {
    let mut found = 0;
    while !bytes.is_empty() {
        let Some(tag) = varint(&mut bytes) else {
            return Count::NoMessage;
        };
        if tag >> 3 == 0 || tag > u64::from(u32::MAX) {
            return Count::NoMessage;
        }
        let skipped = match tag & 7 {
            0 => varint(&mut bytes).map(drop),
            1 => skip(&mut bytes, 8).map(drop),
            2 => {
                found += 1;
                let payload =
                    varint(&mut bytes).and_then(|len| skip(&mut bytes, usize::try_from(len).ok()?));
                match payload {
                    // Nothing shorter holds an element.
                    Some(payload) if payload.len() >= 2 && depth > 0 => {
                        match count(payload, depth - 1, max.saturating_sub(found)) {
                            Count::TooMany => return Count::TooMany,
                            Count::Message(inside) => found += inside,
                            Count::NoMessage => {}
                        }
                        Some(())
                    }
                    payload => payload.map(drop),
                }
            }
            3 => {
                found += 1;
                Some(())
            }
            4 => Some(()),
            5 => skip(&mut bytes, 4).map(drop),
            _ => None,
        };
        if skipped.is_none() {
            return Count::NoMessage;
        }
        if found > max {
            return Count::TooMany;
        }
    }
    Count::Message(found)
}

fn skip<'a>(bytes: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (head, rest) = bytes.split_at_checked(len)?;
    *bytes = rest;
    Some(head)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.first()?;
        bytes.advance(1);
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nested(body: &[u8]) -> Vec<u8> {
        let mut out = vec![0x0a];
        prost::encoding::encode_varint(body.len() as u64, &mut out);
        out.extend(body);
        out
    }

    fn passes(bytes: Vec<u8>, max: usize) -> bool {
        check(bytes.into(), max).is_ok()
    }

    #[test]
    fn counts_at_every_depth() {
        let flat = [0x0a, 0x00].repeat(50_000);
        assert!(passes(flat.clone(), 50_000) && !passes(flat.clone(), 49_999));
        let deep = (0..50).fold(flat, |inner, _| nested(&inner));
        assert!(passes(deep.clone(), 50_050) && !passes(deep, 50_049));
        assert!(!passes([0x0b, 0x0c].repeat(50_000), 49_999));
    }

    #[test]
    fn strings_and_numbers_are_one_element_or_none() {
        assert!(passes(nested(&[b' '; 200_000]), 1));
        assert!(passes(nested(&[0; 200_000]), 1));
        assert!(passes(nested(&[0xff; 200_000]), 1));
        assert!(passes([0x08, 0x01].repeat(100_000), 0));
        // Lines of text look a little like messages, and count for little.
        assert!(passes(
            nested("\nsome lines of text".repeat(10_000).as_bytes()),
            10_001
        ));
    }
}
