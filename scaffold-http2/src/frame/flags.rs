//! Bits of a frame's flag byte. The same bit means different things on
//! different frames: `ACK` belongs to SETTINGS and PING, `END_STREAM` to DATA
//! and HEADERS.

pub(crate) const ACK: u8 = 0x01;
pub(crate) const END_STREAM: u8 = 0x01;
pub(crate) const END_HEADERS: u8 = 0x04;
pub(crate) const PADDED: u8 = 0x08;
pub(crate) const PRIORITY: u8 = 0x20;
