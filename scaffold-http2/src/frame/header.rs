//! The nine bytes in front of every frame (RFC 9113 section 4.1).

use super::{Kind, MAX_31};

/// Length of a frame header in bytes.
pub(crate) const HEADER_LEN: usize = 9;

/// A parsed frame header. The reserved bit of the stream identifier is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    pub(crate) len: u32,
    pub(crate) kind: Kind,
    pub(crate) flags: u8,
    pub(crate) stream: u32,
}

impl FrameHeader {
    /// Reads a header from the front of `bytes`; `None` when fewer than nine
    /// are there.
    #[inline]
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let head: &[u8; HEADER_LEN] = bytes.first_chunk()?;
        Some(Self {
            len: u32::from_be_bytes([0, head[0], head[1], head[2]]),
            kind: Kind::from_byte(head[3]),
            flags: head[4],
            stream: u32::from_be_bytes([head[5], head[6], head[7], head[8]]) & MAX_31,
        })
    }

    #[inline]
    pub(crate) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_field() {
        let header = FrameHeader::parse(&[0x01, 0x02, 0x03, 0x01, 0x25, 0xff, 0, 0, 5]);
        assert_eq!(
            header,
            Some(FrameHeader {
                len: 0x0001_0203,
                kind: Kind::Headers,
                flags: 0x25,
                stream: 0x7f00_0005,
            })
        );
    }

    #[test]
    fn waits_for_nine_bytes() {
        assert_eq!(FrameHeader::parse(&[0; 8]), None);
    }

    #[test]
    fn knows_that_unknown_types_are_unknown() {
        for byte in 10..=255 {
            assert_eq!(Kind::from_byte(byte), Kind::Unknown);
        }
        for byte in 0..10 {
            assert_eq!(Kind::from_byte(byte).byte(), byte);
        }
    }
}
