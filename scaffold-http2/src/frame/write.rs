//! Whole frames, appended to a buffer.

use super::{ACK, HEADER_LEN, Kind};

/// Appends a frame header.
#[inline]
pub(crate) fn write_header(out: &mut Vec<u8>, len: usize, kind: Kind, flags: u8, stream: u32) {
    debug_assert!(len < 1 << 24);
    let len = (len as u32).to_be_bytes();
    let id = stream.to_be_bytes();
    out.extend_from_slice(&[
        len[1],
        len[2],
        len[3],
        kind.byte(),
        flags,
        id[0],
        id[1],
        id[2],
        id[3],
    ]);
}

/// Writes the length and the flags of the frame whose header stands at `at`,
/// once both are known.
#[inline]
pub(crate) fn patch_length(out: &mut [u8], at: usize, len: usize, flags: u8) {
    debug_assert!(len < 1 << 24);
    let bytes = (len as u32).to_be_bytes();
    out[at..at + 3].copy_from_slice(&bytes[1..]);
    out[at + 4] = flags;
}

/// Appends a frame that was written for another stream, with `flags` set
/// besides its own.
#[inline(always)]
pub(crate) fn of_stream(out: &mut Vec<u8>, frame: &[u8], flags: u8, stream: u32) {
    let at = out.len();
    out.extend_from_slice(frame);
    if let Some(header) = out[at..].first_chunk_mut::<HEADER_LEN>() {
        header[4] |= flags;
        header[5..].copy_from_slice(&stream.to_be_bytes());
    }
}

pub(crate) fn reset(out: &mut Vec<u8>, stream: u32, code: u32) {
    write_header(out, 4, Kind::Reset, 0, stream);
    out.extend_from_slice(&code.to_be_bytes());
}

pub(crate) fn window_update(out: &mut Vec<u8>, stream: u32, increment: u32) {
    debug_assert!(increment > 0 && increment <= super::MAX_31);
    write_header(out, 4, Kind::WindowUpdate, 0, stream);
    out.extend_from_slice(&increment.to_be_bytes());
}

pub(crate) fn ping(out: &mut Vec<u8>, ack: bool, payload: [u8; 8]) {
    write_header(out, 8, Kind::Ping, if ack { ACK } else { 0 }, 0);
    out.extend_from_slice(&payload);
}

pub(crate) fn goaway(out: &mut Vec<u8>, last: u32, code: u32, debug: &[u8]) {
    write_header(out, HEADER_LEN - 1 + debug.len(), Kind::GoAway, 0, 0);
    out.extend_from_slice(&last.to_be_bytes());
    out.extend_from_slice(&code.to_be_bytes());
    out.extend_from_slice(debug);
}

/// The header of a SETTINGS frame of `count` parameters; [`setting`] follows
/// `count` times.
pub(crate) fn settings_head(out: &mut Vec<u8>, count: usize) {
    write_header(out, count * 6, Kind::Settings, 0, 0);
}

pub(crate) fn setting(out: &mut Vec<u8>, id: u16, value: u32) {
    out.extend_from_slice(&id.to_be_bytes());
    out.extend_from_slice(&value.to_be_bytes());
}

pub(crate) fn settings_ack(out: &mut Vec<u8>) {
    write_header(out, 0, Kind::Settings, ACK, 0);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let mut out = Vec::new();
        write(&mut out);
        out
    }

    #[test]
    fn frames_byte_by_byte() {
        assert_eq!(
            written(|out| reset(out, 5, 8)),
            [0, 0, 4, 3, 0, 0, 0, 0, 5, 0, 0, 0, 8]
        );
        assert_eq!(
            written(|out| window_update(out, 0, 0x0102_0304)),
            [0, 0, 4, 8, 0, 0, 0, 0, 0, 1, 2, 3, 4]
        );
        assert_eq!(
            written(|out| ping(out, true, *b"abcdefgh")),
            *b"\0\0\x08\x06\x01\0\0\0\0abcdefgh"
        );
        assert_eq!(
            written(|out| goaway(out, 7, 11, b"why")),
            *b"\0\0\x0b\x07\0\0\0\0\0\0\0\0\x07\0\0\0\x0bwhy"
        );
        assert_eq!(written(settings_ack), [0, 0, 0, 4, 1, 0, 0, 0, 0]);
        assert_eq!(
            written(|out| {
                settings_head(out, 1);
                setting(out, 4, 65_535);
            }),
            [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0xff, 0xff]
        );
    }

    #[test]
    fn a_frame_moves_to_another_stream() {
        let ping = written(|out| ping(out, true, [7; 8]));
        let moved = written(|out| of_stream(out, &ping, 4, 0x0102_0304));
        assert_eq!(moved[..9], [0, 0, 8, 6, 1 | 4, 1, 2, 3, 4]);
        assert_eq!(moved[9..], [7; 8]);
    }

    #[test]
    fn length_is_patched_in_place() {
        let mut out = written(|out| write_header(out, 0, Kind::Data, 0, 1));
        patch_length(&mut out, 0, 0x01_02_03, 1);
        assert_eq!(out, [1, 2, 3, 0, 1, 0, 0, 0, 1]);
    }
}
