//! What a field may look like (RFC 9113 section 8.2).

use super::Name;
use crate::Cause;

/// Bytes of a token (RFC 9110 section 5.6.2) without upper-case letters.
const NAME: [bool; 256] = {
    let mut table = [false; 256];
    let marks = b"!#$%&'*+-.^_`|~";
    let mut at = 0;
    while at < marks.len() {
        table[marks[at] as usize] = true;
        at += 1;
    }
    let mut byte = b'a';
    while byte <= b'z' {
        table[byte as usize] = true;
        byte += 1;
    }
    byte = b'0';
    while byte <= b'9' {
        table[byte as usize] = true;
        byte += 1;
    }
    table
};

/// What is wrong with a field, or `None`.
///
/// It depends on the two texts alone, so a table entry carries the answer and
/// an indexed field is never looked at again.
pub(crate) fn check(kind: Name, name: &[u8], value: &[u8]) -> Option<Cause> {
    match kind {
        Name::OtherPseudo => return Some(Cause::UnknownPseudo),
        Name::Other => {
            if let Some(fault) = name_fault(name) {
                return Some(fault);
            }
        }
        // Known names are spelt as they must be.
        Name::Te if value != b"trailers" => return Some(Cause::TeField),
        Name::Path if !path_ok(value) => return Some(Cause::BadPath),
        _ if kind.is_connection_specific() => return Some(Cause::ConnectionField),
        _ => {}
    }
    (!value_ok(value)).then_some(Cause::FieldValue)
}

fn name_fault(name: &[u8]) -> Option<Cause> {
    if name.is_empty() {
        return Some(Cause::FieldName);
    }
    let bad = name.iter().find(|&&byte| !NAME[usize::from(byte)])?;
    Some(if bad.is_ascii_uppercase() {
        Cause::UppercaseName
    } else {
        Cause::FieldName
    })
}

/// No NUL, CR or LF anywhere, no space or tab at the edges.
fn value_ok(value: &[u8]) -> bool {
    let edge = |byte: Option<&u8>| matches!(byte, Some(b' ' | b'\t'));
    !edge(value.first())
        && !edge(value.last())
        // All of them, without a way out: that is several bytes at a time.
        && !value
            .iter()
            .fold(false, |bad, byte| bad | matches!(byte, 0 | b'\r' | b'\n'))
}

/// A slash first, or the asterisk of OPTIONS.
fn path_ok(value: &[u8]) -> bool {
    value.first() == Some(&b'/') || value == b"*"
}

/// Whether this side may send a field. Pseudo-header fields are the caller's
/// affair; connection-specific ones are refused here so that no gateway of
/// metadata can let them through.
pub(crate) fn sendable(name: &[u8], value: &[u8]) -> bool {
    let kind = Name::of(name);
    value_ok(value)
        && match kind {
            Name::Other => name_fault(name).is_none(),
            Name::OtherPseudo => false,
            _ => !kind.is_connection_specific(),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(name: &str, value: &str) -> Option<Cause> {
        check(Name::of(name.as_bytes()), name.as_bytes(), value.as_bytes())
    }

    #[test]
    fn names() {
        assert_eq!(fault("x-ok_1", "v"), None);
        assert_eq!(fault("X-No", "v"), Some(Cause::UppercaseName));
        assert_eq!(fault("", "v"), Some(Cause::FieldName));
        assert_eq!(fault("a b", "v"), Some(Cause::FieldName));
        assert_eq!(fault("a:b", "v"), Some(Cause::FieldName));
        assert_eq!(fault("é", "v"), Some(Cause::FieldName));
        assert_eq!(fault(":protocol", "websocket"), Some(Cause::UnknownPseudo));
        assert_eq!(fault("connection", "close"), Some(Cause::ConnectionField));
        assert_eq!(fault("upgrade", "h2c"), Some(Cause::ConnectionField));
    }

    #[test]
    fn values() {
        assert_eq!(fault("x", ""), None);
        assert_eq!(fault("x", "a\tb \u{e9}"), None);
        for bad in ["a\r", "a\nb", "\0", " a", "a ", "\ta", "a\t"] {
            assert_eq!(fault("x", bad), Some(Cause::FieldValue), "{bad:?}");
        }
        assert_eq!(fault("te", "trailers"), None);
        assert_eq!(fault("te", "gzip"), Some(Cause::TeField));
        assert_eq!(fault(":path", ""), Some(Cause::BadPath));
        assert_eq!(fault(":path", "a/b"), Some(Cause::BadPath));
        assert_eq!(fault(":path", "*"), None);
    }

    #[test]
    fn what_may_be_sent() {
        assert!(sendable(b"grpc-status", b"0") && sendable(b":status", b"200"));
        assert!(!sendable(b"connection", b"close") && !sendable(b"Upper", b"x"));
        assert!(!sendable(b"x", b"a\r\nset-cookie: b") && !sendable(b":new", b"x"));
    }
}
