//! A status in trailers, both ways.

use bytes::Bytes;

use super::{Status, percent};
use crate::{Code, Metadata};

/// More than this is not sent: it would break the header list of most peers,
/// and with it the whole status.
const MAX_DETAILS: usize = 4 * 1024;

impl Status {
    /// Adds the status to trailers: `grpc-status`, and `grpc-message`,
    /// `grpc-status-details-bin` and the metadata where there are any.
    pub(crate) fn write_trailers(mut self, trailers: &mut Metadata) {
        write_code(self.code(), trailers);
        if !self.message().is_empty() {
            trailers.push_static("grpc-message", percent::encode(self.message()));
        }
        match self.details() {
            [] => {}
            details if details.len() <= MAX_DETAILS => {
                trailers.push_static_bin("grpc-status-details-bin", details);
            }
            details => tracing::warn!(
                bytes = details.len(),
                "details of a status are left out: over 4 KiB"
            ),
        }
        trailers.push_user(self.take_metadata());
    }

    /// Takes the status out of trailers; what is left of them is metadata.
    /// `None` if they hold no `grpc-status`. A failed status gets a copy of the
    /// metadata.
    pub(crate) fn read_trailers(trailers: &mut Metadata) -> Option<Result<(), Status>> {
        let number = trailers.get("grpc-status")?.trim();
        let code = number.parse::<i32>().map_or(Code::Unknown, Code::from_i32);
        let message = percent::decode(trailers.get("grpc-message").unwrap_or_default());
        let details = trailers
            .get_bin("grpc-status-details-bin")
            .unwrap_or_default();
        trailers.retain_names(|name| {
            !matches!(
                name,
                "grpc-status" | "grpc-message" | "grpc-status-details-bin" | "content-type"
            )
        });
        if code == Code::Ok {
            return Some(Ok(()));
        }
        let mut status = Status::new(code, message);
        if !details.is_empty() {
            status.set_details(details);
        }
        if !trailers.is_empty() {
            *status.metadata_mut() = trailers.clone();
        }
        Some(Err(status))
    }
}

/// Adds `grpc-status`.
pub(crate) fn write_code(code: Code, trailers: &mut Metadata) {
    trailers.push_static("grpc-status", Bytes::from_static(code.wire().as_bytes()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        let mut status = Status::new(Code::NotFound, "nö").with_details(crate::ErrorDetails {
            error_info: Some(crate::status::details::ErrorInfo {
                reason: "GONE".into(),
                ..Default::default()
            }),
            ..Default::default()
        });
        status.metadata_mut().insert("x", "y").unwrap();
        let mut trailers = Metadata::new();
        status.clone().write_trailers(&mut trailers);
        let back = Status::read_trailers(&mut trailers).unwrap().unwrap_err();
        assert_eq!(back, status);
        assert_eq!(back.error_details().error_info.unwrap().reason, "GONE");
        assert_eq!(trailers.get("x"), Some("y"));
    }

    #[test]
    fn unknown_codes_are_unknown() {
        for wire in ["99", "-1", "x", ""] {
            let mut trailers = Metadata::new();
            trailers.push_static("grpc-status", wire);
            assert_eq!(
                Status::read_trailers(&mut trailers)
                    .unwrap()
                    .unwrap_err()
                    .code(),
                Code::Unknown
            );
        }
        assert!(Status::read_trailers(&mut Metadata::new()).is_none());
    }
}
