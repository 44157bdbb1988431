//! What the peer's frames mean: a response's head, its end, and faults, as
//! statuses (gRPC over HTTP/2, "Responses" and "Errors").

use crate::transport::client::{Fault, FaultKind, ResponseHead};
use crate::{Code, Metadata, Status};

use super::connection::Connection;

/// What a response's head announces.
#[derive(Debug)]
pub(super) enum Announced {
    /// Messages, then trailers. The encoding is one that was not offered.
    Messages {
        metadata: Metadata,
        encoding: Option<String>,
    },
    /// Nothing more: the status was in the head.
    End {
        trailers: Metadata,
        result: Result<(), Status>,
    },
}

/// How a call ended, with the trailers left when the status is out.
pub(super) type End = (Metadata, Result<(), Status>);

/// Reads a response's head.
pub(super) fn announced(head: ResponseHead) -> Announced {
    let ResponseHead {
        status,
        mut metadata,
        ended,
    } = head;
    let is_grpc = metadata.get("content-type").is_some_and(is_grpc);
    if status != 200 || !is_grpc {
        // A proxy that knows gRPC may put a status beside an HTTP error.
        let fault = foreign(status, &metadata);
        let result = match Status::read_trailers(&mut metadata) {
            Some(Err(status)) => Err(status),
            _ => Err(fault),
        };
        strip(&mut metadata);
        return Announced::End {
            trailers: metadata,
            result,
        };
    }
    if ended {
        let (trailers, result) = end(Some(metadata));
        return Announced::End { trailers, result };
    }
    let encoding = metadata
        .get("grpc-encoding")
        .filter(|encoding| *encoding != "identity");
    let encoding = encoding.map(|encoding| encoding.chars().take(64).collect());
    strip(&mut metadata);
    Announced::Messages { metadata, encoding }
}

/// Reads a response's trailers.
pub(super) fn end(trailers: Option<Metadata>) -> End {
    let Some(mut trailers) = trailers else {
        let status = Status::internal("the server ended the call without trailers");
        return (Metadata::new(), Err(status));
    };
    let result = Status::read_trailers(&mut trailers).unwrap_or_else(|| {
        Err(Status::unknown(
            "the server ended the call without a grpc-status",
        ))
    });
    strip(&mut trailers);
    (trailers, result)
}

/// What a fault of the stream or its connection means for the call.
pub(super) fn fault(fault: &Fault, connection: &Connection) -> Status {
    let code = match fault.kind {
        FaultKind::GoneAway | FaultKind::Connection => Code::Unavailable,
        FaultKind::Reset { code, .. } => reset_code(code),
    };
    Status::new(code, connection.explain(fault))
}

/// Whether the peer surely did not process the call.
pub(super) fn is_unprocessed(fault: &Fault) -> bool {
    const REFUSED_STREAM: u32 = 7;
    matches!(
        fault.kind,
        FaultKind::GoneAway
            | FaultKind::Reset {
                code: REFUSED_STREAM,
                remote: true
            }
    )
}

/// The table of "HTTP2 Transport Mapping", Errors.
fn reset_code(code: u32) -> Code {
    match code {
        // NO_ERROR, PROTOCOL_ERROR, INTERNAL_ERROR, FLOW_CONTROL_ERROR,
        // SETTINGS_TIMEOUT, FRAME_SIZE_ERROR, COMPRESSION_ERROR, CONNECT_ERROR
        0..=4 | 6 | 9 | 10 => Code::Internal,
        7 => Code::Unavailable,
        8 => Code::Cancelled,
        11 => Code::ResourceExhausted,
        12 => Code::PermissionDenied,
        // STREAM_CLOSED has no mapping, "as there is no open stream to
        // propagate to"; HTTP_1_1_REQUIRED and unknown codes have none either.
        _ => Code::Unknown,
    }
}

fn is_grpc(content_type: &str) -> bool {
    let rest = content_type.strip_prefix("application/grpc");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['+', ';']))
}

/// The status of an answer that is not gRPC.
fn foreign(status: u16, metadata: &Metadata) -> Status {
    let content_type = metadata.get("content-type").unwrap_or("none");
    let content_type: String = content_type.chars().take(64).collect();
    let code = match status {
        200 => Code::Unknown,
        _ => Code::from_http_status(status),
    };
    Status::new(
        code,
        format!("the answer is not gRPC: HTTP status {status}, content-type {content_type}"),
    )
}

/// Leaves what belongs to people.
fn strip(metadata: &mut Metadata) {
    metadata.retain_names(|name| !crate::metadata::is_reserved(name));
}
