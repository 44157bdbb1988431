//! What the test service's methods have in common.

use std::time::Duration;

use scaffold_runtime::{Code, Metadata, Status};

use super::{ECHO_INITIAL, ECHO_TRAILING};
use crate::pb::grpc::testing::{
    EchoStatus, Payload, PayloadType, ResponseParameters, StreamingOutputCallResponse,
};

/// The longest payload that is made, in bytes: what fits the default limit of a
/// message, with room for what is around it.
const MAX_PAYLOAD: i32 = (4 << 20) - 1024;

/// A payload of zeros.
///
/// # Errors
///
/// `INVALID_ARGUMENT` for a type that is unknown, or a size below zero or above
/// 4 MiB less 1 KiB.
pub fn payload(kind: i32, size: i32) -> Result<Payload, Status> {
    if kind != PayloadType::Compressable as i32 {
        return Err(Status::invalid_argument(format!(
            "payload type {kind} is unknown"
        )));
    }
    match usize::try_from(size) {
        Ok(len) if size <= MAX_PAYLOAD => Ok(Payload {
            r#type: kind,
            body: vec![0; len],
        }),
        _ => Err(Status::invalid_argument(format!(
            "a payload of {size} bytes is not between 0 and {MAX_PAYLOAD}"
        ))),
    }
}

/// The failure that a request asks for.
///
/// # Errors
///
/// That failure.
pub fn status(asked: Option<&EchoStatus>) -> Result<(), Status> {
    match asked {
        Some(asked) if asked.code != 0 => {
            Err(Status::new(Code::from(asked.code), asked.message.clone()))
        }
        _ => Ok(()),
    }
}

/// The metadata to send back: initial and trailing.
///
/// # Errors
///
/// `INVALID_ARGUMENT` for a value that is no metadata.
pub fn echo(asked: &Metadata) -> Result<(Metadata, Metadata), Status> {
    let (mut initial, mut trailing) = (Metadata::new(), Metadata::new());
    if let Some(value) = asked.get(ECHO_INITIAL) {
        initial.insert(ECHO_INITIAL, value)?;
    }
    if let Some(value) = asked.get_bin(ECHO_TRAILING) {
        trailing.insert_bin(ECHO_TRAILING, value)?;
    }
    Ok((initial, trailing))
}

/// One answer of a stream, after its interval.
///
/// # Errors
///
/// Those of [`payload`].
pub async fn streamed(
    kind: i32,
    asked: &ResponseParameters,
    peer: Option<String>,
) -> Result<StreamingOutputCallResponse, Status> {
    if let Ok(micros @ 1..) = u64::try_from(asked.interval_us) {
        tokio::time::sleep(Duration::from_micros(micros)).await;
    }
    let wanted = asked.fill_peer_socket_address.as_ref();
    Ok(StreamingOutputCallResponse {
        payload: Some(payload(kind, asked.size)?),
        peer_socket_address: match wanted {
            Some(wanted) if wanted.value => peer.unwrap_or_default(),
            _ => String::new(),
        },
    })
}
