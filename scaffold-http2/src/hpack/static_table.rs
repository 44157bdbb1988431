//! The static table (RFC 7541 Appendix A).

use crate::field::Name;

/// Entries of the static table; dynamic indexes begin behind it.
pub(super) const LEN: usize = 61;

/// Index 1 is at place 0.
#[rustfmt::skip]
pub(super) const ENTRIES: [(&str, &str); LEN] = [
    (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"),
    (":path", "/index.html"), (":scheme", "http"), (":scheme", "https"), (":status", "200"),
    (":status", "204"), (":status", "206"), (":status", "304"), (":status", "400"),
    (":status", "404"), (":status", "500"), ("accept-charset", ""),
    ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""),
    ("accept", ""), ("access-control-allow-origin", ""), ("age", ""), ("allow", ""),
    ("authorization", ""), ("cache-control", ""), ("content-disposition", ""),
    ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
    ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""),
    ("date", ""), ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""),
    ("if-match", ""), ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""),
    ("if-unmodified-since", ""), ("last-modified", ""), ("link", ""), ("location", ""),
    ("max-forwards", ""), ("proxy-authenticate", ""), ("proxy-authorization", ""),
    ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""), ("server", ""),
    ("set-cookie", ""), ("strict-transport-security", ""), ("transfer-encoding", ""),
    ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
];

/// What [`Name`] each entry has, found out once.
pub(super) fn name(index: usize) -> Name {
    match index {
        1 => Name::Authority,
        2 | 3 => Name::Method,
        4 | 5 => Name::Path,
        6 | 7 => Name::Scheme,
        8..=14 => Name::Status,
        23 => Name::Authorization,
        28 => Name::ContentLength,
        31 => Name::ContentType,
        38 => Name::Host,
        57 => Name::TransferEncoding,
        58 => Name::UserAgent,
        _ => Name::Other,
    }
}

/// The entry that has this name: the whole field when the value matches too.
pub(super) enum Found {
    Field(usize),
    Name(usize),
    Nothing,
}

/// Looks a field up for the encoder.
pub(super) fn find(kind: Name, name: &[u8], value: &[u8]) -> Found {
    let candidates = match kind {
        Name::Authority => 1..=1,
        Name::Method => 2..=3,
        Name::Path => 4..=5,
        Name::Scheme => 6..=7,
        Name::Status => 8..=14,
        Name::Authorization => 23..=23,
        Name::ContentLength => 28..=28,
        Name::ContentType => 31..=31,
        Name::Host => 38..=38,
        Name::UserAgent => 58..=58,
        Name::Other => return find_other(name, value),
        _ => return Found::Nothing,
    };
    let first = *candidates.start();
    for index in candidates {
        if ENTRIES[index - 1].1.as_bytes() == value {
            return Found::Field(index);
        }
    }
    Found::Name(first)
}

/// Names that gRPC hardly sends: a walk over the table will do.
fn find_other(name: &[u8], value: &[u8]) -> Found {
    match ENTRIES.iter().position(|entry| entry.0.as_bytes() == name) {
        Some(at) if ENTRIES[at].1.as_bytes() == value => Found::Field(at + 1),
        Some(at) => Found::Name(at + 1),
        None => Found::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_names_agree_with_the_table() {
        for index in 1..=LEN {
            let (text, _) = ENTRIES[index - 1];
            assert_eq!(name(index), Name::of(text.as_bytes()), "{index} {text}");
        }
    }

    #[test]
    fn finds_every_entry() {
        for (at, (name, value)) in ENTRIES.iter().enumerate() {
            let kind = Name::of(name.as_bytes());
            match find(kind, name.as_bytes(), value.as_bytes()) {
                Found::Field(index) => assert_eq!(index, at + 1),
                // A field that HTTP/2 forbids is never sent.
                _ => assert_eq!(kind, Name::TransferEncoding),
            }
        }
    }
}
