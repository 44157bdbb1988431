//! The catalogue of everything that a server ends calls and connections for,
//! beside what HTTP/2 has in [`scaffold_http2::Cause`]: one entry is one counter.

macro_rules! causes {
    ($($(#[$doc:meta])* $name:ident $text:literal;)*) => {
        /// Why a server ends what HTTP/2 itself would let go on.
        ///
        /// docs/hostile-inputs.md lists them all; a test compares.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Cause {
            $($(#[$doc])* $name,)*
        }

        impl Cause {
            /// The names of all, in their order.
            pub(super) const ALL: &'static [&'static str] = &[$($text),*];
        }
    };
}

causes! {
    // === connections ===

    /// More connections than the limit: closed at once.
    ConnectionLimit "connection_limit";
    /// The system gave no connection, for want of file descriptors say.
    AcceptError "accept_error";
    /// A TLS handshake failed or took too long.
    Tls "tls_handshake";
    /// A connection had no call for too long.
    Idle "max_connection_idle";
    /// A connection is old: no new calls.
    Age "max_connection_age";
    /// Its calls had time to end, and did not.
    AgeGrace "max_connection_age_grace";
    /// A connection takes what waits for it more slowly than the least rate.
    SlowReader "slow_reader";
    /// The transport failed, or was closed by the peer.
    Lost "connection_lost";

    // === calls that were under way ===

    /// A handler panicked.
    Panic "handler_panic";
    /// A call had not ended when the drain had.
    Cut "drain_cut";
    /// The deadline of a call passed, or had passed when it came.
    DeadlineExceeded "deadline_exceeded";

    // === heads of requests ===

    /// Not POST.
    MethodNotAllowed "method_not_allowed";
    /// A content type that is not gRPC's.
    UnsupportedMediaType "unsupported_media_type";
    /// A path where no method is.
    UnknownMethod "unknown_method";
    /// `grpc-encoding` with a name that is not read.
    UnknownEncoding "unknown_encoding";
    /// `grpc-timeout` that is malformed, or comes twice.
    BadTimeout "bad_timeout";
    /// Metadata under a name that is the protocol's: left out.
    ReservedMetadata "reserved_metadata";

    // === messages of requests ===

    /// Longer than the limit, compressed or not.
    MessageTooLarge "message_too_large";
    /// More elements than the limit.
    TooManyElements "too_many_elements";
    /// Flags that nobody has defined.
    UnknownFlags "unknown_message_flags";
    /// Compressed, where the head names no encoding.
    WithoutEncoding "compressed_without_encoding";
    /// Not what its encoding makes.
    BadCompression "bad_compression";
    /// Not a message of this type.
    Undecodable "undecodable_message";
    /// Of a method that takes one, it did not come in time.
    SlowRequest "slow_request";
    /// The request ends inside of it.
    CutShort "message_cut_short";
    /// None where one belongs.
    NoMessage "no_message";
    /// More than one where one belongs.
    TooManyMessages "too_many_messages";

    // === what the process has ===

    /// As many calls as there may be in the whole server.
    CallLimit "call_limit";
    /// No memory for one more request that is put together.
    RequestMemory "request_memory";
    /// No memory for one more response that waits.
    ResponseMemory "response_memory";

    // === answers ===

    /// The text of a status was longer than is sent: cut.
    StatusCut "status_message_cut";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_cause_has_a_name_of_its_own() {
        let http2 = scaffold_http2::Cause::ALL.iter().map(|cause| cause.text());
        let names: HashSet<_> = http2.chain(Cause::ALL.iter().copied()).collect();
        let count = Cause::ALL.len() + scaffold_http2::Cause::ALL.len();
        assert_eq!(names.len(), count);
        for name in names {
            assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        }
    }
}
