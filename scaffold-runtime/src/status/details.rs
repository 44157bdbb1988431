//! Rich details of an error: the messages of `google/rpc/error_details.proto`.
//!
//! Written by hand in the shape that the code generator prints, because the
//! runtime cannot depend on generated code.

use bytes::Bytes;
use prost::Message;
use prost_types::Any;

use crate::Code;

/// `google.rpc.Status`: what `grpc-status-details-bin` holds.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RpcStatus {
    /// The code's number.
    #[prost(int32, tag = "1")]
    pub code: i32,
    /// The message for people.
    #[prost(string, tag = "2")]
    pub message: String,
    /// The details, each of its own type.
    #[prost(message, repeated, tag = "3")]
    pub details: Vec<Any>,
}

/// Why, in a form for programs.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ErrorInfo {
    /// The reason, `UPPER_SNAKE_CASE`, unique in the domain.
    #[prost(string, tag = "1")]
    pub reason: String,
    /// The domain of the reason, for example a service's DNS name.
    #[prost(string, tag = "2")]
    pub domain: String,
    /// More about this occurrence.
    #[prost(map = "string, string", tag = "3")]
    pub metadata: std::collections::HashMap<String, String>,
}

/// When a retry makes sense.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RetryInfo {
    /// The least time to wait.
    #[prost(message, optional, tag = "1")]
    pub retry_delay: Option<prost_types::Duration>,
}

/// What helps to debug. Not for clients outside the house.
#[derive(Clone, PartialEq, prost::Message)]
pub struct DebugInfo {
    /// The stack.
    #[prost(string, repeated, tag = "1")]
    pub stack_entries: Vec<String>,
    /// Anything else.
    #[prost(string, tag = "2")]
    pub detail: String,
}

/// The quotas that were exceeded.
#[derive(Clone, PartialEq, prost::Message)]
pub struct QuotaFailure {
    /// One entry for each.
    #[prost(message, repeated, tag = "1")]
    pub violations: Vec<quota_failure::Violation>,
}

/// Nested messages of [`QuotaFailure`].
pub mod quota_failure {
    /// One exceeded quota.
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct Violation {
        /// Whose quota.
        #[prost(string, tag = "1")]
        pub subject: String,
        /// Which quota, and how it was exceeded.
        #[prost(string, tag = "2")]
        pub description: String,
    }
}

/// The conditions that did not hold.
#[derive(Clone, PartialEq, prost::Message)]
pub struct PreconditionFailure {
    /// One entry for each.
    #[prost(message, repeated, tag = "1")]
    pub violations: Vec<precondition_failure::Violation>,
}

/// Nested messages of [`PreconditionFailure`].
pub mod precondition_failure {
    /// One condition that did not hold.
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct Violation {
        /// The kind, for example `TOS`.
        #[prost(string, tag = "1")]
        pub r#type: String,
        /// What failed it.
        #[prost(string, tag = "2")]
        pub subject: String,
        /// How, and what to do.
        #[prost(string, tag = "3")]
        pub description: String,
    }
}

/// The fields of the request that are wrong.
#[derive(Clone, PartialEq, prost::Message)]
pub struct BadRequest {
    /// One entry for each.
    #[prost(message, repeated, tag = "1")]
    pub field_violations: Vec<bad_request::FieldViolation>,
}

/// Nested messages of [`BadRequest`].
pub mod bad_request {
    /// One wrong field.
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct FieldViolation {
        /// The dotted path of the field.
        #[prost(string, tag = "1")]
        pub field: String,
        /// What is wrong.
        #[prost(string, tag = "2")]
        pub description: String,
        /// The reason, `UPPER_SNAKE_CASE`.
        #[prost(string, tag = "3")]
        pub reason: String,
        /// `description` in the caller's language.
        #[prost(message, optional, tag = "4")]
        pub localized_message: Option<super::LocalizedMessage>,
    }
}

/// How to find the request in the server's logs.
#[derive(Clone, PartialEq, prost::Message)]
pub struct RequestInfo {
    /// An opaque id.
    #[prost(string, tag = "1")]
    pub request_id: String,
    /// Data for the service's owner.
    #[prost(string, tag = "2")]
    pub serving_data: String,
}

/// The resource that the error is about.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ResourceInfo {
    /// The type of the resource.
    #[prost(string, tag = "1")]
    pub resource_type: String,
    /// Its name.
    #[prost(string, tag = "2")]
    pub resource_name: String,
    /// Its owner.
    #[prost(string, tag = "3")]
    pub owner: String,
    /// What happened to it.
    #[prost(string, tag = "4")]
    pub description: String,
}

/// Where to read more.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Help {
    /// The links.
    #[prost(message, repeated, tag = "1")]
    pub links: Vec<help::Link>,
}

/// Nested messages of [`Help`].
pub mod help {
    /// One link.
    #[derive(Clone, PartialEq, prost::Message)]
    pub struct Link {
        /// What it offers.
        #[prost(string, tag = "1")]
        pub description: String,
        /// The URL.
        #[prost(string, tag = "2")]
        pub url: String,
    }
}

/// A message in the caller's language.
#[derive(Clone, PartialEq, prost::Message)]
pub struct LocalizedMessage {
    /// BCP 47, for example `de-CH`.
    #[prost(string, tag = "1")]
    pub locale: String,
    /// The text.
    #[prost(string, tag = "2")]
    pub message: String,
}

macro_rules! error_details {
    ($($(#[$doc:meta])* $field:ident: $type:ident)*) => {
        /// The details of an error, at most one of each kind.
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct ErrorDetails {
            $($(#[$doc])* pub $field: Option<$type>,)*
            /// Details of other types, as they came.
            pub other: Vec<Any>,
        }

        impl ErrorDetails {
            fn pack(&self) -> Vec<Any> {
                let mut details = Vec::new();
                $(if let Some(detail) = &self.$field {
                    details.push(Any {
                        type_url: concat!("type.googleapis.com/google.rpc.", stringify!($type)).to_owned(),
                        value: detail.encode_to_vec(),
                    });
                })*
                details.extend(self.other.iter().cloned());
                details
            }

            fn unpack(details: Vec<Any>) -> ErrorDetails {
                let mut out = ErrorDetails::default();
                for any in details {
                    // Only the part behind the last slash names the type.
                    match any.type_url.rsplit('/').next() {
                        $(Some(concat!("google.rpc.", stringify!($type))) if out.$field.is_none() => {
                            match $type::decode(any.value.as_slice()) {
                                Ok(detail) => out.$field = Some(detail),
                                Err(_) => out.other.push(any),
                            }
                        })*
                        _ => out.other.push(any),
                    }
                }
                out
            }
        }
    };
}

error_details! {
    /// Why, in a form for programs.
    error_info: ErrorInfo
    /// When a retry makes sense.
    retry_info: RetryInfo
    /// What helps to debug.
    debug_info: DebugInfo
    /// The quotas that were exceeded.
    quota_failure: QuotaFailure
    /// The conditions that did not hold.
    precondition_failure: PreconditionFailure
    /// The fields of the request that are wrong.
    bad_request: BadRequest
    /// How to find the request in the server's logs.
    request_info: RequestInfo
    /// The resource that the error is about.
    resource_info: ResourceInfo
    /// Where to read more.
    help: Help
    /// A message in the caller's language.
    localized_message: LocalizedMessage
}

// === impl ErrorDetails ===

impl ErrorDetails {
    /// No details.
    pub fn new() -> ErrorDetails {
        ErrorDetails::default()
    }

    /// Sets the reason, its domain and more about this occurrence.
    pub fn error_info(
        mut self,
        reason: impl Into<String>,
        domain: impl Into<String>,
    ) -> ErrorDetails {
        self.error_info = Some(ErrorInfo {
            reason: reason.into(),
            domain: domain.into(),
            ..Default::default()
        });
        self
    }

    /// Sets the least time to wait before a retry.
    pub fn retry_delay(mut self, delay: std::time::Duration) -> ErrorDetails {
        self.retry_info = Some(RetryInfo {
            retry_delay: prost_types::Duration::try_from(delay).ok(),
        });
        self
    }

    /// Adds a wrong field of the request.
    pub fn field_violation(
        mut self,
        field: impl Into<String>,
        description: impl Into<String>,
    ) -> ErrorDetails {
        let violation = bad_request::FieldViolation {
            field: field.into(),
            description: description.into(),
            ..Default::default()
        };
        self.bad_request
            .get_or_insert_default()
            .field_violations
            .push(violation);
        self
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == ErrorDetails::default()
    }

    pub(super) fn encode(&self, code: Code, message: &str) -> Bytes {
        let status = RpcStatus {
            code: code.as_i32(),
            message: message.to_owned(),
            details: self.pack(),
        };
        status.encode_to_vec().into()
    }

    pub(super) fn decode(bytes: &[u8]) -> ErrorDetails {
        RpcStatus::decode(bytes).map_or_else(
            |_| ErrorDetails::default(),
            |status| ErrorDetails::unpack(status.details),
        )
    }
}
