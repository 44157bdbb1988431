//! `Status`: how a call ended.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::sync::Arc;

use bytes::Bytes;

use super::{ErrorDetails, percent};
use crate::counters::Cause;
use crate::{Code, Metadata};

/// How a call ended: a code, a message for people, and details for programs.
///
/// The message goes to the peer, so that it should hold nothing that the peer
/// may not see. It is percent-encoded on the wire and cut at 4 KiB.
///
/// ```
/// use scaffold_runtime::{Code, Status};
///
/// let status = Status::not_found("no user 17");
/// assert_eq!(status.code(), Code::NotFound);
/// assert_eq!(status.to_string(), "NOT_FOUND: no user 17");
/// ```
#[derive(Clone)]
pub struct Status {
    code: Code,
    /// What a server refused the call for, if this says so. It stays in this
    /// process: what others make of it on the way is theirs.
    cause: Option<Cause>,
    message: Cow<'static, str>,
    /// Rare parts, behind one pointer: a `Result<_, Status>` is as small as can be.
    extra: Option<Box<Extra>>,
}

#[derive(Clone, Default)]
struct Extra {
    details: Bytes,
    metadata: Metadata,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

macro_rules! constructors {
    ($($(#[$doc:meta])* $name:ident $code:ident)*) => {$(
        $(#[$doc])*
        pub fn $name(message: impl Into<Cow<'static, str>>) -> Status {
            Status::new(Code::$code, message)
        }
    )*};
}

// === impl Status ===

impl Status {
    /// A status of this code and message.
    pub fn new(code: Code, message: impl Into<Cow<'static, str>>) -> Status {
        Status {
            code,
            cause: None,
            message: message.into(),
            extra: None,
        }
    }

    constructors! {
        /// [`Code::Ok`].
        ok Ok
        /// [`Code::Cancelled`].
        cancelled Cancelled
        /// [`Code::Unknown`].
        unknown Unknown
        /// [`Code::InvalidArgument`].
        invalid_argument InvalidArgument
        /// [`Code::DeadlineExceeded`].
        deadline_exceeded DeadlineExceeded
        /// [`Code::NotFound`].
        not_found NotFound
        /// [`Code::AlreadyExists`].
        already_exists AlreadyExists
        /// [`Code::PermissionDenied`].
        permission_denied PermissionDenied
        /// [`Code::ResourceExhausted`].
        resource_exhausted ResourceExhausted
        /// [`Code::FailedPrecondition`].
        failed_precondition FailedPrecondition
        /// [`Code::Aborted`].
        aborted Aborted
        /// [`Code::OutOfRange`].
        out_of_range OutOfRange
        /// [`Code::Unimplemented`].
        unimplemented Unimplemented
        /// [`Code::Internal`].
        internal Internal
        /// [`Code::Unavailable`].
        unavailable Unavailable
        /// [`Code::DataLoss`].
        data_loss DataLoss
        /// [`Code::Unauthenticated`].
        unauthenticated Unauthenticated
    }

    /// The code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The message for people; may be empty.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The encoded `google.rpc.Status` of `grpc-status-details-bin`; empty if
    /// there are no details.
    pub fn details(&self) -> &[u8] {
        self.extra.as_ref().map_or(&[], |extra| &extra.details)
    }

    /// Sets the bytes of `grpc-status-details-bin`.
    pub fn set_details(&mut self, details: impl Into<Bytes>) {
        self.extra().details = details.into();
    }

    /// Adds rich details. The code and message that travel inside them are
    /// those of this status.
    pub fn with_details(mut self, details: ErrorDetails) -> Status {
        let bytes = details.encode(self.code, &self.message);
        self.set_details(bytes);
        self
    }

    /// The rich details. What does not decode counts as absent: details are a
    /// hint, and must never hide the status itself.
    pub fn error_details(&self) -> ErrorDetails {
        ErrorDetails::decode(self.details())
    }

    /// Metadata beside the status: what the trailers hold apart from it.
    pub fn metadata(&self) -> &Metadata {
        static EMPTY: Metadata = Metadata::new();
        self.extra.as_ref().map_or(&EMPTY, |extra| &extra.metadata)
    }

    /// As [`metadata`](Status::metadata), to change.
    pub fn metadata_mut(&mut self) -> &mut Metadata {
        &mut self.extra().metadata
    }

    /// Sets the error that this status comes from. It stays in this process.
    pub fn with_source(mut self, source: impl StdError + Send + Sync + 'static) -> Status {
        self.extra().source = Some(Arc::new(source));
        self
    }

    /// The same status, of a call that a server refuses for this.
    pub(crate) fn because(self, cause: Cause) -> Status {
        let cause = Some(cause);
        Status { cause, ..self }
    }

    /// The same status, as that of another call: what a client met is no refusal
    /// of the server that passes it on.
    pub(crate) fn of_another(self) -> Status {
        let cause = None;
        Status { cause, ..self }
    }

    pub(crate) fn cause(&self) -> Option<Cause> {
        self.cause
    }

    /// Whether its message is longer than is sent.
    pub(crate) fn is_cut(&self) -> bool {
        !percent::fits(&self.message)
    }

    pub(crate) fn take_metadata(&mut self) -> Metadata {
        self.extra
            .as_mut()
            .map_or_else(Metadata::new, |extra| std::mem::take(&mut extra.metadata))
    }

    #[cfg(feature = "tonic")]
    pub(crate) fn take_source(&mut self) -> Option<Arc<dyn StdError + Send + Sync>> {
        self.extra.as_mut().and_then(|extra| extra.source.take())
    }

    fn extra(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }
}

impl std::fmt::Debug for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = f.debug_struct("Status");
        out.field("code", &self.code)
            .field("message", &self.message);
        if let Some(extra) = &self.extra {
            out.field("details", &format_args!("<{} bytes>", extra.details.len()));
            out.field("metadata", &extra.metadata);
            if let Some(source) = &extra.source {
                out.field("source", source);
            }
        }
        out.finish()
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code.name())?;
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        Ok(())
    }
}

impl StdError for Status {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        let source = self.extra.as_ref()?.source.as_ref()?;
        Some(&**source)
    }
}

/// Source and cause are left out: they are about this process, not about the
/// answer.
impl PartialEq for Status {
    fn eq(&self, other: &Status) -> bool {
        self.code == other.code
            && self.message == other.message
            && self.details() == other.details()
            && self.metadata() == other.metadata()
    }
}
