//! Names that are told apart once, when a header block is decoded.

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A field name that is found by number instead of by text. Every
        /// other name is [`Name::Other`] and is found by
        /// [`Head::find`](crate::Head::find).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum Name {
            $($(#[$doc])* $name,)*
            /// Any other regular field.
            Other,
            /// A pseudo-header field that nobody defined.
            OtherPseudo,
        }

        impl Name {
            /// Which name a text is.
            #[must_use]
            #[inline]
            pub fn of(text: &[u8]) -> Self {
                $(const $name: &[u8] = $text.as_bytes();)*
                #[allow(non_upper_case_globals)]
                match text {
                    $($name => Self::$name,)*
                    [b':', ..] => Self::OtherPseudo,
                    _ => Self::Other,
                }
            }

            /// The text of the name; empty for the two that have none.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Other | Self::OtherPseudo => "",
                }
            }
        }
    };
}

// Pseudo-header fields first: `is_pseudo` compares numbers.
#[allow(non_upper_case_globals)]
mod table {
    names! {
        /// `:method`
        Method = ":method",
        /// `:scheme`
        Scheme = ":scheme",
        /// `:authority`
        Authority = ":authority",
        /// `:path`
        Path = ":path",
        /// `:status`
        Status = ":status",
        /// `connection`, which HTTP/2 forbids
        Connection = "connection",
        /// `transfer-encoding`, which HTTP/2 forbids
        TransferEncoding = "transfer-encoding",
        /// `keep-alive`, which HTTP/2 forbids
        KeepAlive = "keep-alive",
        /// `proxy-connection`, which HTTP/2 forbids
        ProxyConnection = "proxy-connection",
        /// `upgrade`, which HTTP/2 forbids
        Upgrade = "upgrade",
        /// `te`
        Te = "te",
        /// `content-length`
        ContentLength = "content-length",
        /// `content-type`
        ContentType = "content-type",
        /// `host`
        Host = "host",
        /// `user-agent`
        UserAgent = "user-agent",
        /// `authorization`
        Authorization = "authorization",
        /// `grpc-timeout`
        GrpcTimeout = "grpc-timeout",
        /// `grpc-encoding`
        GrpcEncoding = "grpc-encoding",
        /// `grpc-accept-encoding`
        GrpcAcceptEncoding = "grpc-accept-encoding",
        /// `grpc-status`
        GrpcStatus = "grpc-status",
        /// `grpc-message`
        GrpcMessage = "grpc-message",
        /// `grpc-status-details-bin`
        GrpcStatusDetails = "grpc-status-details-bin",
        /// `grpc-previous-rpc-attempts`
        GrpcPreviousAttempts = "grpc-previous-rpc-attempts",
        /// `grpc-retry-pushback-ms`
        GrpcRetryPushback = "grpc-retry-pushback-ms",
        /// `traceparent`
        Traceparent = "traceparent",
        /// `tracestate`
        Tracestate = "tracestate",
    }
}

pub use table::Name;

impl Name {
    /// How many names have a number of their own.
    pub(crate) const COUNT: usize = Self::Other as usize;

    /// How many of them are pseudo-header fields.
    pub(crate) const PSEUDOS: usize = Self::Connection as usize;

    /// Whether the name begins with a colon.
    #[must_use]
    #[inline]
    pub const fn is_pseudo(self) -> bool {
        (self as usize) < Self::PSEUDOS || matches!(self, Self::OtherPseudo)
    }

    /// Whether [`Handler::resolve`](crate::Handler::resolve) may look at the
    /// value: pseudo-header fields, and what says how to read a message.
    /// Everything else may differ from call to call, as `grpc-timeout`,
    /// `traceparent` and `authorization` do.
    #[must_use]
    #[inline]
    pub const fn is_resolved(self) -> bool {
        self.is_pseudo()
            || self.is_connection_specific()
            || matches!(
                self,
                Self::Te
                    | Self::ContentLength
                    | Self::ContentType
                    | Self::Host
                    | Self::GrpcEncoding
                    | Self::GrpcAcceptEncoding
                    | Self::GrpcStatus
            )
    }

    /// Fields that only mean something to one HTTP/1 connection (RFC 9113
    /// section 8.2.2).
    pub(crate) const fn is_connection_specific(self) -> bool {
        (self as usize) >= Self::Connection as usize && (self as usize) <= Self::Upgrade as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_numbers_agree() {
        for text in [":method", ":status", "te", "grpc-timeout", "tracestate"] {
            assert_eq!(Name::of(text.as_bytes()).text(), text);
        }
        assert_eq!(Name::of(b"x-request-id"), Name::Other);
        assert_eq!(Name::of(b":protocol"), Name::OtherPseudo);
        assert_eq!(Name::of(b""), Name::Other);
    }

    #[test]
    fn classes() {
        assert!(Name::Path.is_pseudo() && Name::OtherPseudo.is_pseudo());
        assert!(!Name::Connection.is_pseudo() && !Name::Other.is_pseudo());
        assert!(Name::Connection.is_connection_specific());
        assert!(Name::Upgrade.is_connection_specific());
        assert!(!Name::Te.is_connection_specific());
        assert!(!Name::Status.is_connection_specific());
    }
}
