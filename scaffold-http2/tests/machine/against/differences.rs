//! What the two take differently, and why that is fine.

/// Faults with the verdict of this crate and that of `h2`.
pub(super) struct Difference {
    pub(super) ours: &'static str,
    pub(super) theirs: &'static str,
    /// The section of RFC 9113 that this crate follows.
    pub(super) why: &'static str,
    pub(super) faults: &'static [&'static str],
}

/// `h2` answers what its frame reader refuses with one code, PROTOCOL_ERROR,
/// for the whole connection. Nothing here is taken by this crate and refused
/// by `h2`.
pub(super) const DIFFERENCES: [Difference; 8] = [
    Difference {
        ours: "goaway 6",
        theirs: "goaway 1",
        why: "4.2: a length that the type cannot have is FRAME_SIZE_ERROR",
        faults: &[
            "GOAWAY of 7 bytes",
            "PING of 7 bytes",
            "RST_STREAM of 3 bytes",
            "SETTINGS ACK of 6 bytes",
            "SETTINGS of 5 bytes",
            "WINDOW_UPDATE of 3 bytes",
        ],
    },
    Difference {
        ours: "goaway 3",
        theirs: "goaway 1",
        why: "6.5.2: a window above 2^31-1 is FLOW_CONTROL_ERROR",
        faults: &["INITIAL_WINDOW_SIZE 2^31"],
    },
    Difference {
        ours: "reset 6",
        theirs: "goaway 1",
        why: "6.3: a PRIORITY of another length is the stream's error",
        faults: &["PRIORITY of 4 bytes"],
    },
    Difference {
        ours: "goaway 9",
        theirs: "goaway 1",
        why: "4.3: a block that cannot be decoded is COMPRESSION_ERROR",
        faults: &[
            "a string beyond the block",
            "a table size above the limit",
            "a table size behind a field",
            "an endless integer",
            "an index beyond the table",
            "bad Huffman padding",
            "index 0",
        ],
    },
    Difference {
        ours: "reset 1",
        theirs: "goaway 1",
        why: "8.1.1 and 6.9: a malformed message, or a WINDOW_UPDATE of 0 on a stream, is \
              that stream's error; other calls go on",
        faults: &[
            "DATA in front of the response",
            "a name with a space",
            "a value with CR",
            "a value with NUL",
            "an empty name",
            "an unknown pseudo-header field",
            "an upper-case name",
            "status of two digits",
            "stream WINDOW_UPDATE of 0",
            "trailers with an upper-case name",
        ],
    },
    Difference {
        ours: "reset 1",
        theirs: "fine",
        why: "8.2.1, 8.1, 8.3, 8.6: malformed, and stricter than h2",
        faults: &[
            ":path in a response",
            "a value with a space in front",
            "an interim response that ends",
            "status 101",
            "trailers with a pseudo-header field",
        ],
    },
    Difference {
        ours: "reset 5",
        theirs: "goaway 1",
        why: "5.1: after END_STREAM a frame is the stream's error STREAM_CLOSED",
        faults: &[
            "DATA after END_STREAM",
            "HEADERS after END_STREAM",
            "HEADERS again after END_STREAM",
        ],
    },
    Difference {
        ours: "goaway 1",
        theirs: "fine",
        why: "6.5.2: a server must not announce that it takes pushes",
        faults: &["ENABLE_PUSH 1 of a server"],
    },
];
