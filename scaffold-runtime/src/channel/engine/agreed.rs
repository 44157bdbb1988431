//! What a response's head says, found out once for each distinct head.
//!
//! Nearly all heads of a connection are the same few bytes, and the state
//! machine recognises them: the words below are kept with the block, so that
//! a head with nothing for people in it is neither looked at nor copied.

use scaffold_http2::{Head, Name};

use crate::channel::answer;

/// HTTP 200, gRPC, no encoding, and no field that a caller could want.
pub(super) const PLAIN: u64 = 1;

/// The word about a response's head.
pub(super) fn of(head: &Head<'_>) -> u64 {
    let grpc = head.get(Name::ContentType).is_some_and(is_grpc);
    let encoding = head.get(Name::GrpcEncoding);
    let plain = head.status() == 200
        && grpc
        && encoding.is_none_or(|encoding| encoding == b"identity")
        && head.get(Name::GrpcStatus).is_none()
        && is_silent(head);
    if plain { PLAIN } else { 0 }
}

/// Whether trailers say OK and nothing else that a caller could want.
pub(super) fn is_plain_ok(trailers: &Head<'_>) -> bool {
    trailers.get(Name::GrpcStatus) == Some(b"0") && is_silent(trailers)
}

/// Whether all fields belong to the protocol.
fn is_silent(head: &Head<'_>) -> bool {
    head.fields()
        .all(|(name, _)| std::str::from_utf8(name).is_ok_and(crate::metadata::is_reserved))
}

fn is_grpc(content_type: &[u8]) -> bool {
    std::str::from_utf8(content_type).is_ok_and(answer::is_grpc)
}
