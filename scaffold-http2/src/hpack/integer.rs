//! Integers with a prefix (RFC 7541 section 5.1).

/// Values above this are refused: no index, length or table size that this
/// side accepts comes near it.
pub(crate) const MAX: u32 = (1 << 28) - 1;

/// Reads an integer whose first `bits` bits stand in `first`; `at` is the
/// position behind that byte and moves behind the integer. `None` when the
/// bytes end or the value is above [`MAX`].
#[inline]
pub(crate) fn decode(block: &[u8], at: &mut usize, first: u8, bits: u32) -> Option<u32> {
    let full = (1u32 << bits) - 1;
    let value = u32::from(first) & full;
    if value < full {
        return Some(value);
    }
    decode_rest(block, at, full)
}

fn decode_rest(block: &[u8], at: &mut usize, full: u32) -> Option<u32> {
    let mut value = full;
    // Four bytes hold 28 bits. A fifth, even one that adds nothing, is an
    // encoding nobody needs.
    for shift in [0, 7, 14, 21] {
        let byte = *block.get(*at)?;
        *at += 1;
        value = value.checked_add(u32::from(byte & 0x7f) << shift)?;
        if byte & 0x80 == 0 {
            return (value <= MAX).then_some(value);
        }
    }
    None
}

/// Appends an integer; `pattern` are the bits above the prefix.
#[inline]
pub(crate) fn encode(out: &mut Vec<u8>, pattern: u8, bits: u32, value: usize) {
    let full = (1usize << bits) - 1;
    if value < full {
        out.push(pattern | value as u8);
        return;
    }
    out.push(pattern | full as u8);
    let mut rest = value - full;
    while rest >= 0x80 {
        out.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], bits: u32) -> Option<(u32, usize)> {
        let mut at = 1;
        decode(bytes, &mut at, bytes[0], bits).map(|value| (value, at))
    }

    #[test]
    fn examples_of_appendix_c_1() {
        assert_eq!(decoded(&[0b1110_1010], 5), Some((10, 1)));
        assert_eq!(decoded(&[0b0001_1111, 0x9a, 0x0a], 5), Some((1337, 3)));
        assert_eq!(decoded(&[42], 8), Some((42, 1)));
    }

    #[test]
    fn what_is_written_is_read() {
        for bits in 4..=8 {
            for value in (0..2_000).chain([65_535, 1 << 20, MAX as usize - 1, MAX as usize]) {
                let mut out = Vec::new();
                encode(&mut out, 0, bits, value);
                let want = (value as u32, out.len());
                assert_eq!(decoded(&out, bits), Some(want), "{bits} bits");
            }
        }
    }

    #[test]
    fn endless_and_huge_integers_are_refused() {
        assert_eq!(decoded(&[0x1f, 0x80, 0x80, 0x80, 0x80, 0], 5), None);
        assert_eq!(decoded(&[0x1f, 0xff, 0xff, 0xff, 0xff, 0x0f], 5), None);
        assert_eq!(decoded(&[0x1f, 0xff, 0xff, 0xff, 0x7f], 5), None);
        assert_eq!(decoded(&[0x1f, 0xff], 5), None);
    }
}
