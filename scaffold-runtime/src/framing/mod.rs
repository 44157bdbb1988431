//! The frames of gRPC messages: one byte of flags, four of length, the message
//! (PROTOCOL-HTTP2.md, "Length-Prefixed-Message").

mod decode;
mod elements;
mod encode;
mod rules;
mod shrink;
mod whole;

pub(crate) use decode::{Decoder, FIRST_ROOM, used_up as requests_used_up};
pub(crate) use encode::{FREE, Frame, SHORT, checked_len, frame, put, used_up};
pub(crate) use rules::Rules;
pub(crate) use whole::whole;

/// Bytes in front of each message.
pub(crate) const PREFIX: usize = 5;
