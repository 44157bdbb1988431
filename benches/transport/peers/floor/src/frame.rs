//! Frames, cut and laid down, with the heads as constants.

use bytes::{BufMut, BytesMut};

/// Bytes of a frame's header.
pub(crate) const HEADER: usize = 9;
/// Bytes of a frame's payload, unless agreed otherwise.
const MAX: usize = 16 << 10;

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
const WINDOW_UPDATE: u8 = 8;

pub(crate) const END_STREAM: u8 = 1;
pub(crate) const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

/// `:status: 200`, `content-type: application/grpc`, without the dynamic table.
const HEAD: &[u8] = b"\x88\x0f\x10\x10application/grpc";
/// `grpc-status: 0`.
const TRAILERS: &[u8] = b"\x00\x0bgrpc-status\x010";

/// A frame's header.
pub(crate) struct Header {
    pub(crate) len: usize,
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) stream: u32,
}

// === impl Header ===

impl Header {
    /// The header at the front of `bytes`, when the whole frame is there.
    pub(crate) fn read(bytes: &[u8]) -> Option<Header> {
        let head = bytes.get(..HEADER)?;
        let len = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]) & (u32::MAX >> 1);
        (bytes.len() >= HEADER + len).then_some(Header {
            len,
            kind: head[3],
            flags: head[4],
            stream,
        })
    }
}

fn header(out: &mut BytesMut, len: usize, kind: u8, flags: u8, stream: u32) {
    out.put_uint(len as u64, 3);
    out.put_slice(&[kind, flags]);
    out.put_u32(stream);
}

/// Our settings, and windows as large as they get.
pub(crate) fn preface(out: &mut BytesMut) {
    header(out, 18, SETTINGS, 0, 0);
    for (setting, value) in [(3_u16, 20_000_u32), (4, (1 << 31) - 1), (5, MAX as u32)] {
        out.put_u16(setting);
        out.put_u32(value);
    }
    grant(out, (1 << 31) - 1 - 65_535);
}

pub(crate) fn acknowledge(out: &mut BytesMut, kind: u8, payload: &[u8]) {
    header(out, payload.len(), kind, ACK, 0);
    out.put_slice(payload);
}

/// Gives the connection's window back.
pub(crate) fn grant(out: &mut BytesMut, bytes: u32) {
    header(out, 4, WINDOW_UPDATE, 0, 0);
    out.put_u32(bytes);
}

pub(crate) fn head(out: &mut BytesMut, stream: u32) {
    header(out, HEAD.len(), HEADERS, END_HEADERS, stream);
    out.put_slice(HEAD);
}

pub(crate) fn trailers(out: &mut BytesMut, stream: u32) {
    header(
        out,
        TRAILERS.len(),
        HEADERS,
        END_HEADERS | END_STREAM,
        stream,
    );
    out.put_slice(TRAILERS);
}

/// A DATA frame that `fill` writes straight into `out`; cut into more when it
/// has grown too large for one.
pub(crate) fn data(out: &mut BytesMut, stream: u32, fill: impl FnOnce(&mut BytesMut)) {
    let start = out.len();
    header(out, 0, DATA, 0, stream);
    fill(out);
    let len = out.len() - start - HEADER;
    if len <= MAX {
        out[start..start + 3].copy_from_slice(&(len as u32).to_be_bytes()[1..]);
        return;
    }
    let payload = out.split_off(start + HEADER);
    out.truncate(start);
    for piece in payload.chunks(MAX) {
        header(out, piece.len(), DATA, 0, stream);
        out.put_slice(piece);
    }
}
