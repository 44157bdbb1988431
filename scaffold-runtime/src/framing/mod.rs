//! The frames of gRPC messages: one byte of flags, four of length, the message
//! (PROTOCOL-HTTP2.md, "Length-Prefixed-Message").

mod decode;
mod elements;
mod encode;

pub(crate) use decode::Decoder;
pub(crate) use encode::encode;

/// Bytes in front of each message.
const PREFIX: usize = 5;
