//! Huffman strings (RFC 7541 section 5.2).

use super::huffman_table::{FAST_BITS, LENGTHS, LONGEST, PAIR_BITS, TABLES};

/// Length of `text` in Huffman code, in bytes.
#[inline]
pub(super) fn encoded_len(text: &[u8]) -> usize {
    let bits: usize = text
        .iter()
        .map(|&byte| usize::from(LENGTHS[usize::from(byte)]))
        .sum();
    bits.div_ceil(8)
}

/// Appends `text` in Huffman code, filled up with ones.
pub(super) fn encode(text: &[u8], out: &mut Vec<u8>) {
    let mut bits = 0u64;
    let mut held = 0u32;
    for &byte in text {
        let length = u32::from(LENGTHS[usize::from(byte)]);
        bits = (bits << length) | u64::from(TABLES.codes[usize::from(byte)]);
        held += length;
        // At most 31 + 30 bits are ever held.
        if held >= 32 {
            held -= 32;
            out.extend_from_slice(&((bits >> held) as u32).to_be_bytes());
        }
    }
    while held >= 8 {
        held -= 8;
        out.push((bits >> held) as u8);
    }
    if held > 0 {
        let fill = 8 - held;
        out.push(((bits << fill) as u8) | ((1u16 << fill) - 1) as u8);
    }
}

/// Appends the text that `code` stands for. `None` when it holds the
/// end-of-string mark, or ends in anything but fewer than eight ones.
pub(super) fn decode(code: &[u8], out: &mut Vec<u8>) -> Option<()> {
    let start = out.len();
    // The shortest code has five bits, and symbols are written in pairs.
    out.resize(start + code.len() * 8 / 5 + 2, 0);
    let decoded = decode_into(code, &mut out[start..]);
    out.truncate(start + decoded.unwrap_or(0));
    decoded.map(|_| ())
}

fn decode_into(code: &[u8], out: &mut [u8]) -> Option<usize> {
    let mut at = 0;
    let mut rest = code;
    // Bits are kept at the top, so that a lookup is one shift.
    let mut bits = 0u64;
    let mut held = 0u32;
    loop {
        if held <= 32 {
            if let Some((four, tail)) = rest.split_first_chunk::<4>() {
                bits |= u64::from(u32::from_be_bytes(*four)) << (32 - held);
                held += 32;
                rest = tail;
            } else {
                while let Some((&byte, tail)) = rest.split_first() {
                    bits |= u64::from(byte) << (56 - held);
                    held += 8;
                    rest = tail;
                }
            }
        }
        while held >= PAIR_BITS {
            let entry = TABLES.pairs[(bits >> (64 - PAIR_BITS)) as usize];
            if entry == 0 {
                break;
            }
            out.get_mut(at..at + 2)?
                .copy_from_slice(&(entry as u16).to_le_bytes());
            at += (entry >> 20) as usize;
            let length = (entry >> 16) & 0xf;
            bits <<= length;
            held -= length;
        }
        if held <= 32 && !rest.is_empty() {
            continue;
        }
        // The end, or a long code.
        let entry = TABLES.fast[(bits >> (64 - FAST_BITS)) as usize];
        let length = u32::from(entry >> 8);
        let (symbol, length) = if length != 0 && length <= held {
            (entry as u8, length)
        } else if let Some(found) = long(bits, held) {
            found
        } else {
            return padding_ok(bits, held, rest).then_some(at);
        };
        *out.get_mut(at)? = symbol;
        at += 1;
        bits <<= length;
        held -= length;
    }
}

/// A code longer than the first lookup; `None` when the bits held are no
/// whole code, or the end-of-string mark.
fn long(bits: u64, held: u32) -> Option<(u8, u32)> {
    for length in FAST_BITS as usize + 1..=LONGEST {
        if length as u32 > held {
            return None;
        }
        let code = (bits >> (64 - length)) as u32;
        let run = TABLES.runs[length];
        let offset = code.wrapping_sub(run.first);
        if offset < u32::from(run.count) {
            let symbol = TABLES.order[usize::from(run.at) + offset as usize];
            // Nothing is longer than the mark, so `None` ends the loop above,
            // where 30 ones are too long for padding.
            return u8::try_from(symbol).ok().map(|byte| (byte, length as u32));
        }
    }
    None
}

fn padding_ok(bits: u64, held: u32, rest: &[u8]) -> bool {
    rest.is_empty() && held < 8 && bits.leading_ones() >= held
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(code: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        decode(code, &mut out).map(|()| out)
    }

    #[test]
    fn a_string_of_appendix_c() {
        let code = [
            0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4, 0xff,
        ];
        assert_eq!(decoded(&code).as_deref(), Some(&b"www.example.com"[..]));
        let mut out = Vec::new();
        encode(b"www.example.com", &mut out);
        assert_eq!(out, code);
        assert_eq!(encoded_len(b"www.example.com"), code.len());
    }

    #[test]
    fn every_byte_and_every_pair() {
        for first in 0..=255u8 {
            for second in 0..=255u8 {
                let text = [first, second, first];
                let mut code = Vec::new();
                encode(&text, &mut code);
                assert_eq!(code.len(), encoded_len(&text));
                assert_eq!(decoded(&code).as_deref(), Some(&text[..]));
            }
        }
    }

    #[test]
    fn padding_is_short_and_all_ones() {
        // 'a' is 00011.
        assert_eq!(decoded(&[0b0001_1111]).as_deref(), Some(&b"a"[..]));
        assert_eq!(decoded(&[0b0001_1110]), None);
        assert_eq!(decoded(&[0b0001_1111, 0xff]), None);
        assert_eq!(decoded(&[0xff]), None);
        assert_eq!(decoded(&[]).as_deref(), Some(&b""[..]));
    }

    #[test]
    fn the_end_mark_is_refused() {
        assert_eq!(decoded(&[0xff, 0xff, 0xff, 0xff]), None);
        assert_eq!(decoded(&[0x1f, 0xff, 0xff, 0xff, 0xff, 0xff]), None);
    }
}
