//! Heads of requests and responses: what the protocol's own headers say.

use crate::metadata::is_reserved;
use crate::status::write_code;
use crate::{Code, Metadata, Status};

/// Whether a `content-type` is one that we decode: `application/grpc` or
/// `application/grpc+proto`, parameters aside.
pub(super) fn is_grpc(value: &[u8]) -> bool {
    let media_type = value.split(|&c| c == b';').next().unwrap_or_default();
    let media_type = media_type.trim_ascii();
    ["application/grpc", "application/grpc+proto"]
        .iter()
        .any(|known| media_type.eq_ignore_ascii_case(known.as_bytes()))
}

/// A user's metadata, without the names that belong to the protocol.
pub(super) fn user(metadata: &Metadata) -> Metadata {
    let mut user = metadata.clone();
    user.retain_names(|name| !is_reserved(name));
    user
}

/// The trailers of a response.
pub(super) fn trailers(result: Result<(), Status>, user: Metadata) -> Metadata {
    let mut trailers = Metadata::new();
    match result {
        Ok(()) => write_code(Code::Ok, &mut trailers),
        Err(status) => status.write_trailers(&mut trailers),
    }
    trailers.push_user(user);
    trailers
}

/// What stands in for a status whose text and metadata are more than the
/// client takes.
pub(super) fn too_long(code: Code) -> Status {
    const TEXT: &str = "the status is longer than the client takes";
    match code {
        Code::Ok => Status::internal(TEXT),
        code => Status::new(code, TEXT),
    }
}
