//! Frames, cut and laid down.

/// Bytes of a frame's header.
pub(crate) const HEADER: usize = 9;
/// The largest payload that either end sends.
pub(crate) const MAX: usize = 16 << 10;

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RST_STREAM: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
pub(crate) const GOAWAY: u8 = 7;
pub(crate) const WINDOW_UPDATE: u8 = 8;

/// Of DATA and HEADERS.
pub(crate) const END_STREAM: u8 = 1;
/// Of SETTINGS and PING.
pub(crate) const ACK: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;
const PADDED: u8 = 8;

/// A frame within the bytes that were read.
pub(crate) struct Frame<'a> {
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) stream: u32,
    pub(crate) payload: &'a [u8],
}

// === impl Frame ===

impl<'a> Frame<'a> {
    /// The frame at the front, when all of it is there, and what is behind it.
    pub(crate) fn cut(bytes: &'a [u8]) -> Option<(Frame<'a>, &'a [u8])> {
        let (head, rest) = bytes.split_first_chunk::<HEADER>()?;
        let len = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        if rest.len() < len {
            return None;
        }
        let (payload, rest) = rest.split_at(len);
        let stream = number(&head[5..]) & (u32::MAX >> 1);
        Some((
            Frame {
                kind: head[3],
                flags: head[4],
                stream,
                payload,
            },
            rest,
        ))
    }

    /// What DATA carries, without padding.
    pub(crate) fn data(&self) -> &'a [u8] {
        if self.flags & PADDED == 0 {
            return self.payload;
        }
        let padding = usize::from(self.payload[0]);
        &self.payload[1..self.payload.len() - padding]
    }

    pub(crate) fn ends(&self) -> bool {
        self.flags & END_STREAM != 0
    }
}

/// Four bytes, big-endian.
pub(crate) fn number(bytes: &[u8]) -> u32 {
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

pub(crate) fn write(out: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    debug_assert!(payload.len() <= MAX);
    let len = (payload.len() as u32).to_be_bytes();
    out.extend_from_slice(&[len[1], len[2], len[3], kind, flags]);
    out.extend_from_slice(&stream.to_be_bytes());
    out.extend_from_slice(payload);
}

/// The preface, with windows that do not hold a server back: `stream` bytes
/// for each stream, `connection` for all.
pub(crate) fn preface(out: &mut Vec<u8>, stream: u32, connection: u32) {
    out.extend_from_slice(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    let mut settings = Vec::new();
    // No push; the windows of streams.
    for (name, value) in [(2_u16, 0_u32), (4, stream)] {
        settings.extend_from_slice(&name.to_be_bytes());
        settings.extend_from_slice(&value.to_be_bytes());
    }
    write(out, SETTINGS, 0, 0, &settings);
    write(
        out,
        WINDOW_UPDATE,
        0,
        0,
        &(connection - 65_535).to_be_bytes(),
    );
}
