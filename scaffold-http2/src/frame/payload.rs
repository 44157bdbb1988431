//! Taking payloads apart: padding, priority fields, fixed integers.

use super::MAX_31;

/// Removes the pad length byte and the padding (RFC 9113 section 6.1); `None`
/// when the padding does not fit its frame.
#[inline]
pub(crate) fn strip_padding(payload: &[u8], padded: bool) -> Option<&[u8]> {
    if !padded {
        return Some(payload);
    }
    let (&pad, rest) = payload.split_first()?;
    let keep = rest.len().checked_sub(usize::from(pad))?;
    Some(&rest[..keep])
}

/// Splits the five priority bytes off a HEADERS payload (section 6.2): the
/// stream it depends on, and the header block.
pub(crate) fn priority(payload: &[u8]) -> Option<(u32, &[u8])> {
    let (fields, block) = payload.split_at_checked(5)?;
    Some((u31_at(fields, 0), block))
}

/// The stream that a PRIORITY frame depends on; `None` unless the payload has
/// exactly five bytes (section 6.3).
pub(crate) fn depends_on(payload: &[u8]) -> Option<u32> {
    (payload.len() == 5).then(|| u31_at(payload, 0))
}

/// A 32-bit integer at `at`. The caller has checked the length.
#[inline]
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// The same without the reserved high bit.
#[inline]
pub(crate) fn u31_at(bytes: &[u8], at: usize) -> u32 {
    u32_at(bytes, at) & MAX_31
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_may_fill_the_frame_but_not_more() {
        assert_eq!(strip_padding(b"\x02ab\0\0", true), Some(&b"ab"[..]));
        assert_eq!(strip_padding(b"\x02\0\0", true), Some(&b""[..]));
        assert_eq!(strip_padding(b"\x03\0\0", true), None);
        assert_eq!(strip_padding(b"", true), None);
        assert_eq!(strip_padding(b"\x03\0\0", false), Some(&b"\x03\0\0"[..]));
    }

    #[test]
    fn priority_drops_the_exclusive_bit() {
        assert_eq!(
            priority(&[0x80, 0, 0, 7, 255, 1, 2]),
            Some((7, &[1, 2][..]))
        );
        assert_eq!(priority(&[0, 0, 0, 7]), None);
        assert_eq!(depends_on(&[0x80, 0, 0, 9, 0]), Some(9));
        assert_eq!(depends_on(&[0; 6]), None);
    }
}
