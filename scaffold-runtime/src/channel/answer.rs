//! What the peer's frames mean: a response's head, its end, and faults, as
//! statuses (gRPC over HTTP/2, "Responses" and "Errors").

use scaffold_http2::{Cause, ErrorCode, Reset, ResetCause};

use super::engine::{self, Announcement, Connection};
use crate::{Code, Metadata, Status};

/// What a response's head announces.
#[derive(Debug)]
pub(super) enum Announced {
    /// Messages, then trailers. The encoding is as the head names it, if it is not
    /// `identity`.
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
pub(super) fn announced(head: Announcement) -> Announced {
    let Announcement {
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

/// What the end of a stream means for its call.
pub(super) fn ended(end: engine::End, connection: &Connection) -> End {
    match end {
        engine::End::Ok => (Metadata::new(), Ok(())),
        engine::End::Trailers(trailers) => self::end(Some(*trailers)),
        engine::End::Cut => self::end(None),
        engine::End::Reset(reset) => failed(reset_status(reset, connection)),
        engine::End::Cancelled => failed(Status::cancelled("the call was given up")),
        engine::End::Lost => failed(Status::unavailable(connection.why_lost())),
    }
}

fn failed(status: Status) -> End {
    (Metadata::new(), Err(status))
}

fn reset_status(reset: Reset, connection: &Connection) -> Status {
    let peer = connection.peer();
    match reset.cause {
        ResetCause::Peer => {
            let text = format!("the server reset the stream: {} (peer {peer})", reset.code);
            Status::new(reset_code(reset.code), text)
        }
        ResetCause::GoAway => Status::unavailable(connection.why_lost()),
        ResetCause::Local(cause) => {
            let code = match cause {
                Cause::StreamStall => Code::Unavailable,
                cause => reset_code(cause.code()),
            };
            let text = format!("the answer breaks HTTP/2: {} (peer {peer})", cause.text());
            Status::new(code, text)
        }
    }
}

/// The table of "HTTP2 Transport Mapping", Errors.
fn reset_code(code: ErrorCode) -> Code {
    match code {
        ErrorCode::REFUSED_STREAM => Code::Unavailable,
        ErrorCode::CANCEL => Code::Cancelled,
        ErrorCode::ENHANCE_YOUR_CALM => Code::ResourceExhausted,
        ErrorCode::INADEQUATE_SECURITY => Code::PermissionDenied,
        ErrorCode::NO_ERROR
        | ErrorCode::PROTOCOL_ERROR
        | ErrorCode::INTERNAL_ERROR
        | ErrorCode::FLOW_CONTROL_ERROR
        | ErrorCode::SETTINGS_TIMEOUT
        | ErrorCode::FRAME_SIZE_ERROR
        | ErrorCode::COMPRESSION_ERROR
        | ErrorCode::CONNECT_ERROR => Code::Internal,
        // STREAM_CLOSED has no mapping, "as there is no open stream to
        // propagate to"; HTTP_1_1_REQUIRED and unknown codes have none either.
        _ => Code::Unknown,
    }
}

/// `application/grpc`, with or without a suffix or parameters.
pub(super) fn is_grpc(content_type: &str) -> bool {
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
