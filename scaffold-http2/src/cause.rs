//! The catalogue of everything that can end a stream or a connection: one
//! entry is one text on the wire, one error code and one counter.

use crate::ErrorCode;

macro_rules! causes {
    ($($(#[$doc:meta])* $name:ident: $code:ident, $text:literal;)*) => {
        /// Why a stream or the connection was ended by this side.
        ///
        /// [`Cause::text`] is what the peer reads as GOAWAY debug data and
        /// what a metric may carry as its label: lower case, no spaces, and
        /// never a byte of what the peer sent.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        #[non_exhaustive]
        pub enum Cause {
            $($(#[$doc])* $name,)*
        }

        impl Cause {
            /// Every cause, in the order of its number.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The text on the wire and in metrics.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The error code that goes with it.
            #[must_use]
            pub const fn code(self) -> ErrorCode {
                match self { $(Self::$name => ErrorCode::$code,)* }
            }
        }
    };
}

causes! {
    // === the connection's rules ===

    /// The first bytes are not the client preface (RFC 9113 3.4).
    BadPreface: PROTOCOL_ERROR, "bad_preface";
    /// The first frame is not SETTINGS (3.4).
    SettingsExpected: PROTOCOL_ERROR, "settings_expected";
    /// A frame is longer than the announced SETTINGS_MAX_FRAME_SIZE (4.2).
    FrameTooLarge: FRAME_SIZE_ERROR, "frame_too_large";
    /// A frame has a length that its type cannot have (4.2).
    FrameLength: FRAME_SIZE_ERROR, "frame_length";
    /// A frame that belongs to a stream is on stream 0, or the reverse.
    WrongStream: PROTOCOL_ERROR, "wrong_stream";
    /// A frame on a stream that was never opened (5.1).
    IdleStream: PROTOCOL_ERROR, "idle_stream";
    /// A frame on a stream that both sides had ended (5.1).
    ClosedStream: STREAM_CLOSED, "closed_stream";
    /// A new stream with an identifier of the wrong parity or below an
    /// earlier one (5.1.1).
    StreamId: PROTOCOL_ERROR, "stream_id";
    /// A push, which was never allowed (6.6, 8.4).
    Push: PROTOCOL_ERROR, "push";
    /// Another frame in the middle of a header block (4.3).
    BlockInterrupted: PROTOCOL_ERROR, "header_block_interrupted";
    /// A CONTINUATION that continues nothing (6.10).
    BlockMissing: PROTOCOL_ERROR, "continuation_without_headers";
    /// Padding longer than its frame (6.1, 6.2).
    Padding: PROTOCOL_ERROR, "padding";
    /// A header block that cannot be decoded (RFC 7541).
    Compression: COMPRESSION_ERROR, "header_compression";
    /// A SETTINGS value outside its range (6.5.2).
    BadSetting: PROTOCOL_ERROR, "bad_setting";
    /// SETTINGS_INITIAL_WINDOW_SIZE above 2^31-1 (6.5.2).
    BadInitialWindow: FLOW_CONTROL_ERROR, "bad_initial_window";
    /// A window above 2^31-1 (6.9.1).
    WindowOverflow: FLOW_CONTROL_ERROR, "window_overflow";
    /// A WINDOW_UPDATE of zero (6.9).
    WindowZero: PROTOCOL_ERROR, "window_update_zero";
    /// More DATA than a window allowed (6.9.1).
    WindowExceeded: FLOW_CONTROL_ERROR, "window_exceeded";

    // === limits of this side ===

    /// More CONTINUATION frames in one block than allowed.
    TooManyContinuations: ENHANCE_YOUR_CALM, "too_many_continuations";
    /// A header block longer on the wire than allowed.
    BlockTooLarge: ENHANCE_YOUR_CALM, "header_block_too_large";
    /// A header list so large that it can only be an attack.
    HeaderListBomb: ENHANCE_YOUR_CALM, "header_list_bomb";
    /// A header list above the announced limit: the request is answered with
    /// status 431, a response is reset.
    HeaderListTooLarge: ENHANCE_YOUR_CALM, "header_list_too_large";
    /// Streams opened and reset again (CVE-2023-44487).
    TooManyResets: ENHANCE_YOUR_CALM, "too_many_resets";
    /// Resets that the peer provoked from this side (CVE-2025-8671).
    TooManyInternalResets: ENHANCE_YOUR_CALM, "too_many_internal_resets";
    /// Pings more often than the policy allows.
    TooManyPings: ENHANCE_YOUR_CALM, "too_many_pings";
    /// SETTINGS frames, their parameters, and acknowledgements of nothing.
    TooManySettings: ENHANCE_YOUR_CALM, "too_many_settings";
    /// DATA frames that carry nothing or next to nothing.
    TooManyDataFrames: ENHANCE_YOUR_CALM, "too_many_data_frames";
    /// WINDOW_UPDATE frames out of proportion to the data sent.
    TooManyWindowUpdates: ENHANCE_YOUR_CALM, "too_many_window_updates";
    /// PRIORITY frames.
    TooManyPriorities: ENHANCE_YOUR_CALM, "too_many_priorities";
    /// Frames of unknown types.
    TooManyUnknownFrames: ENHANCE_YOUR_CALM, "too_many_unknown_frames";
    /// Frames on streams that are over.
    TooManyStaleFrames: ENHANCE_YOUR_CALM, "too_many_stale_frames";
    /// Interim (1xx) responses.
    TooManyInterims: ENHANCE_YOUR_CALM, "too_many_interim_responses";
    /// Streams above the limit, again and again.
    TooManyRefused: ENHANCE_YOUR_CALM, "too_many_refused_streams";
    /// One stream above the limit.
    StreamLimit: REFUSED_STREAM, "stream_limit";
    /// A stream opened after the last one that GOAWAY named.
    GoingAway: REFUSED_STREAM, "going_away";

    /// Few stream identifiers are left: the connection drains (5.1.1).
    StreamIdsExhausted: NO_ERROR, "stream_ids_exhausted";

    // === the driver ===

    /// The driver ended the connection.
    Aborted: NO_ERROR, "aborted";

    // === timeouts ===

    /// No preface and SETTINGS in time.
    HandshakeTimeout: SETTINGS_TIMEOUT, "handshake_timeout";
    /// Our SETTINGS were not acknowledged in time (6.5.3).
    SettingsTimeout: SETTINGS_TIMEOUT, "settings_timeout";
    /// The peer reads nothing of what waits for it.
    WriteStall: ENHANCE_YOUR_CALM, "write_stall";
    /// The peer gives a stream no window.
    StreamStall: CANCEL, "stream_stall";
    /// A keepalive ping was not answered.
    KeepaliveTimeout: NO_ERROR, "keepalive_timeout";

    // === the stream's rules ===

    /// A stream that depends on itself (RFC 7540 5.3.1).
    SelfDependency: PROTOCOL_ERROR, "self_dependency";
    /// A PRIORITY frame that has not five bytes (6.3).
    PriorityLength: FRAME_SIZE_ERROR, "priority_length";
    /// DATA or HEADERS after END_STREAM (5.1).
    AfterEnd: STREAM_CLOSED, "frame_after_end_stream";
    /// DATA or HEADERS after the peer's own RST_STREAM (5.1).
    AfterReset: STREAM_CLOSED, "frame_after_reset";
    /// A WINDOW_UPDATE of zero on a stream (6.9).
    StreamWindowZero: PROTOCOL_ERROR, "stream_window_update_zero";
    /// A stream's window above 2^31-1 (6.9.1).
    StreamWindowOverflow: FLOW_CONTROL_ERROR, "stream_window_overflow";
    /// More DATA on a stream than its window allowed (6.9.1).
    StreamWindowExceeded: FLOW_CONTROL_ERROR, "stream_window_exceeded";
    /// DATA in front of the response's header section (8.1).
    DataBeforeHead: PROTOCOL_ERROR, "data_before_headers";
    /// Trailers that do not end the stream (8.1).
    TrailersWithoutEnd: PROTOCOL_ERROR, "trailers_without_end_stream";
    /// `content-length` differs from what came (8.1.1).
    ContentLength: PROTOCOL_ERROR, "content_length_mismatch";

    // === malformed header sections (8.1.1) ===

    /// An empty name or one with a character that names cannot have (8.2.1).
    FieldName: PROTOCOL_ERROR, "field_name";
    /// A name with an upper-case letter (8.2.1).
    UppercaseName: PROTOCOL_ERROR, "uppercase_field_name";
    /// A value with NUL, CR, LF, or white space at its edges (8.2.1).
    FieldValue: PROTOCOL_ERROR, "field_value";
    /// `connection`, `transfer-encoding` and their like (8.2.2).
    ConnectionField: PROTOCOL_ERROR, "connection_specific_field";
    /// `te` with another value than `trailers` (8.2.2).
    TeField: PROTOCOL_ERROR, "te_field";
    /// A pseudo-header field nobody defined, `:protocol` among them: extended
    /// CONNECT is never announced (8.3, RFC 8441).
    UnknownPseudo: PROTOCOL_ERROR, "unknown_pseudo_field";
    /// The same pseudo-header field twice (8.3).
    DuplicatePseudo: PROTOCOL_ERROR, "duplicate_pseudo_field";
    /// A pseudo-header field after a regular one, in trailers, or of the
    /// wrong direction (8.3).
    MisplacedPseudo: PROTOCOL_ERROR, "misplaced_pseudo_field";
    /// A pseudo-header field that must be there is not (8.3.1, 8.3.2).
    MissingPseudo: PROTOCOL_ERROR, "missing_pseudo_field";
    /// `:path` is empty or does not begin with a slash (8.3.1).
    BadPath: PROTOCOL_ERROR, "bad_path";
    /// `:status` is not three digits, or 101 (8.3.2, 8.6).
    BadStatus: PROTOCOL_ERROR, "bad_status";
    /// `content-length` is no number or comes twice.
    BadContentLength: PROTOCOL_ERROR, "bad_content_length";
    /// An interim response that ends its stream (8.1).
    InterimEnd: PROTOCOL_ERROR, "interim_with_end_stream";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_cause_has_a_text_of_its_own() {
        let texts: HashSet<_> = Cause::ALL.iter().map(|cause| cause.text()).collect();
        assert_eq!(texts.len(), Cause::ALL.len());
        for text in texts {
            assert!(text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        }
    }

    #[test]
    fn numbers_are_dense() {
        for (at, cause) in Cause::ALL.iter().enumerate() {
            assert_eq!(*cause as usize, at);
        }
    }
}
