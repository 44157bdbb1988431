//! Frames of RFC 9113 section 6: reading a header, stripping what surrounds a
//! payload, and writing whole frames into a buffer.

mod flags;
mod header;
mod kind;
mod payload;
mod setting;
mod write;

pub(crate) use flags::{ACK, END_HEADERS, END_STREAM, PADDED, PRIORITY};
pub(crate) use header::{FrameHeader, HEADER_LEN};
pub(crate) use kind::Kind;
pub(crate) use payload::{depends_on, priority, strip_padding, u31_at, u32_at};
pub(crate) use setting::{Setting, settings};
pub(crate) use write::{
    goaway, of_stream, patch_length, ping, reset, setting, settings_ack, settings_head,
    window_update, write_header,
};

/// What a client sends before its first frame (RFC 9113 section 3.4).
pub(crate) const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The largest window and the largest stream identifier: 31 bits.
pub(crate) const MAX_31: u32 = 0x7fff_ffff;
