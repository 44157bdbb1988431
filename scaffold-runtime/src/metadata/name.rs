//! Names of metadata: what is valid, and what belongs to the protocol.

use std::borrow::Cow;

/// Names that come with nearly every call: kept as statics, so that reading
/// a header block allocates nothing for them.
const KNOWN: &[&str] = &[
    "authorization",
    "content-length",
    "content-type",
    "grpc-accept-encoding",
    "grpc-encoding",
    "grpc-message",
    "grpc-status",
    "grpc-status-details-bin",
    "grpc-timeout",
    "te",
    "traceparent",
    "tracestate",
    "user-agent",
];

/// A valid name, in lower case: `0-9 a-z _ - .`, at least one character
/// (PROTOCOL-HTTP2.md, "Header-Name").
pub(super) fn parse(name: &str) -> Option<Cow<'static, str>> {
    if name.is_empty() {
        return None;
    }
    if let Some(known) = KNOWN.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        return Some(Cow::Borrowed(known));
    }
    let valid = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-' | b'.');
    if !name.bytes().all(valid) {
        return None;
    }
    Some(Cow::Owned(name.to_ascii_lowercase()))
}

/// Whether a name belongs to the protocol, and to no request: whoever sends it
/// wants to pass for somebody else.
pub(crate) fn is_misplaced(name: &[u8]) -> bool {
    const REQUESTS: [&str; 7] = [
        "grpc-accept-encoding",
        "grpc-encoding",
        "grpc-internal-encoding-request",
        "grpc-internal-stream-encoding-request",
        "grpc-message-type",
        "grpc-previous-rpc-attempts",
        "grpc-timeout",
    ];
    name.starts_with(b"grpc-")
        && std::str::from_utf8(name)
            .is_ok_and(|name| is_reserved(name) && !REQUESTS.contains(&name))
}

/// Whether a name belongs to the protocol, so that the metadata of a user may
/// not set it on the wire.
///
/// `grpc-` is reserved as a whole by the specification. The exceptions are the
/// keys that applications and observability libraries do set.
pub(crate) fn is_reserved(name: &str) -> bool {
    const OPEN: [&str; 3] = ["grpc-trace-bin", "grpc-tags-bin", "grpc-retry-pushback-ms"];
    if name.starts_with("grpc-") {
        return !OPEN.contains(&name);
    }
    matches!(
        name,
        "connection"
            | "content-length"
            | "content-type"
            | "host"
            | "keep-alive"
            | "proxy-connection"
            | "te"
            | "trailer"
            | "transfer-encoding"
            | "upgrade"
    )
}
