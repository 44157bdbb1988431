//! Heads of requests and responses: what the protocol's own headers say.

use bytes::Bytes;

use crate::metadata::is_reserved;
use crate::status::write_code;
use crate::{Code, Metadata, Status};

/// Whether `content-type` is one that we decode: `application/grpc` or
/// `application/grpc+proto`, parameters aside.
pub(super) fn is_grpc(headers: &Metadata) -> bool {
    let Some(value) = headers.get("content-type") else {
        return false;
    };
    let media_type = value.split(';').next().unwrap_or_default().trim();
    ["application/grpc", "application/grpc+proto"]
        .iter()
        .any(|known| media_type.eq_ignore_ascii_case(known))
}

/// Checks `grpc-encoding`.
///
/// # Errors
///
/// `UNIMPLEMENTED` for an encoding that we do not decode (doc/compression.md).
pub(super) fn check_encoding(headers: &Metadata) -> Result<(), Status> {
    match headers.get("grpc-encoding") {
        None | Some("identity") => Ok(()),
        Some(encoding) => {
            let shown: String = encoding.chars().take(32).collect();
            Err(Status::unimplemented(format!(
                "grpc-encoding {shown} is not supported"
            )))
        }
    }
}

/// Leaves what handlers see of a request's headers: not those that steer the
/// protocol.
pub(super) fn strip(mut headers: Metadata) -> Metadata {
    headers.retain_names(|name| !is_reserved(name) || name == "grpc-previous-rpc-attempts");
    headers
}

/// The headers of a response, with a user's metadata.
pub(super) fn response(user: Metadata) -> Metadata {
    let mut headers = Metadata::new();
    headers.push_static("content-type", Bytes::from_static(b"application/grpc"));
    headers.push_user(user);
    headers
}

/// The headers of a response that is an error and nothing else.
pub(super) fn trailers_only(status: Status, metadata: Metadata, trailers: Metadata) -> Metadata {
    let mut headers = response(metadata);
    status.write_trailers(&mut headers);
    headers.push_user(trailers);
    headers
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
