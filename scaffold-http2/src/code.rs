//! Error codes of RST_STREAM and GOAWAY (RFC 9113 section 7).

use std::fmt;

/// A code on the wire. Peers may send codes nobody knows; those are kept as
/// they are and mean no more than [`ErrorCode::INTERNAL_ERROR`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ErrorCode(pub u32);

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $value:literal,)*) => {
        impl ErrorCode {
            $($(#[$doc])* pub const $name: Self = Self($value);)*

            /// The name in the RFC, or `None` for a code it does not list.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some(stringify!($name)),)*
                    _ => None,
                }
            }
        }
    };
}

codes! {
    /// Nothing is wrong: a graceful end.
    NO_ERROR = 0x0,
    /// The peer broke a rule that has no code of its own.
    PROTOCOL_ERROR = 0x1,
    /// A fault of the one who sends it.
    INTERNAL_ERROR = 0x2,
    /// More bytes than the window allowed, or a window above 2^31-1.
    FLOW_CONTROL_ERROR = 0x3,
    /// SETTINGS were not acknowledged in time.
    SETTINGS_TIMEOUT = 0x4,
    /// A frame on a stream that is over.
    STREAM_CLOSED = 0x5,
    /// A frame of a length that its type does not have.
    FRAME_SIZE_ERROR = 0x6,
    /// The stream was not processed at all: it may be sent again.
    REFUSED_STREAM = 0x7,
    /// The stream is not wanted any more.
    CANCEL = 0x8,
    /// The header compression state is lost.
    COMPRESSION_ERROR = 0x9,
    /// A CONNECT tunnel was reset.
    CONNECT_ERROR = 0xa,
    /// The peer makes more load than a limit allows.
    ENHANCE_YOUR_CALM = 0xb,
    /// The transport is not secure enough.
    INADEQUATE_SECURITY = 0xc,
    /// HTTP/1.1 is wanted instead.
    HTTP_1_1_REQUIRED = 0xd,
}

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{:#x}", self.0),
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_codes_are_kept() {
        assert_eq!(ErrorCode::CANCEL.to_string(), "CANCEL");
        assert_eq!(ErrorCode(0x1234).to_string(), "0x1234");
    }
}
