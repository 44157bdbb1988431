//! The percent-encoding of `grpc-message` (PROTOCOL-HTTP2.md, "Percent-Encoded").

/// The most bytes of message text that go on the wire, before encoding. A
/// header list has a limit at every peer and proxy, 8 KiB at some.
pub(super) const MAX_MESSAGE: usize = 4 * 1024;

/// Encodes a message, cut at [`MAX_MESSAGE`] bytes on the wire without tearing
/// a character apart.
pub(super) fn encode(message: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(message.len().min(MAX_MESSAGE));
    let mut bytes = [0; 4];
    for c in message.chars() {
        if out.len() + width(c) > MAX_MESSAGE {
            break;
        }
        if is_plain(c) {
            out.push(c);
            continue;
        }
        for byte in c.encode_utf8(&mut bytes).bytes() {
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)] as char);
            out.push(HEX[usize::from(byte & 15)] as char);
        }
    }
    out
}

/// Whether all of a message goes on the wire.
pub(super) fn fits(message: &str) -> bool {
    // No byte becomes more than three.
    message.len() <= MAX_MESSAGE / 3 || {
        let mut left = MAX_MESSAGE;
        message.chars().all(|c| {
            left.checked_sub(width(c))
                .inspect(|rest| left = *rest)
                .is_some()
        })
    }
}

fn is_plain(c: char) -> bool {
    matches!(c, ' '..='~') && c != '%'
}

/// Bytes of a character on the wire.
fn width(c: char) -> usize {
    if is_plain(c) { 1 } else { 3 * c.len_utf8() }
}

/// Decodes a message. Never fails: what is not an escape stays as it is, what is
/// not UTF-8 becomes U+FFFD, as the specification asks.
pub(super) fn decode(wire: &str) -> String {
    if !wire.contains('%') {
        return wire.to_owned();
    }
    let digit = |c: Option<&u8>| c.and_then(|&c| (c as char).to_digit(16));
    let wire = wire.as_bytes();
    let mut out = Vec::with_capacity(wire.len());
    let mut at = 0;
    while at < wire.len() {
        match (wire[at], digit(wire.get(at + 1)), digit(wire.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        for text in ["", "plain text", "100%", "a\r\nb\0", "ü – 🦀", "%41"] {
            let wire = encode(text);
            assert!(wire.bytes().all(|c| matches!(c, 0x20..=0x7e)), "{wire:?}");
            assert_eq!(decode(&wire), text);
        }
    }

    #[test]
    fn is_lenient() {
        assert_eq!(decode("%"), "%");
        assert_eq!(decode("%4"), "%4");
        assert_eq!(decode("%zz%41"), "%zzA");
        assert_eq!(decode("%ff"), "\u{fffd}");
    }

    #[test]
    fn fits_says_whether_it_is_cut() {
        for unit in ["a", "%", "ü", "🦀"] {
            let most = MAX_MESSAGE / encode(unit).len();
            for count in [0, 1, most - 1, most, most + 1, 2 * most] {
                let text = unit.repeat(count);
                let whole = decode(&encode(&text)) == text;
                assert_eq!(fits(&text), whole, "{count} x {unit}");
            }
        }
    }

    #[test]
    fn is_cut_between_characters() {
        let long = "🦀".repeat(1 << 18);
        assert!(!fits(&long));
        let wire = encode(&long);
        assert!(wire.len() <= MAX_MESSAGE && wire.len() > MAX_MESSAGE - 12);
        assert!(decode(&wire).chars().all(|c| c == '🦀'));
    }
}
