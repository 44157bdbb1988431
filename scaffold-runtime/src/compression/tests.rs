//! Each encoding that is built in, against bytes that mean harm, and against none.

use super::*;
use crate::{Code, Status};

const MIB: usize = 1 << 20;
const LEVELS: [Level; 3] = [Level::Fast, Level::Balanced, Level::Small];

fn built_in() -> impl Iterator<Item = Encoding> {
    Encodings::all().iter()
}

/// Those that do something.
fn real() -> impl Iterator<Item = Encoding> {
    built_in().filter(|encoding| *encoding != Encoding::Identity)
}

fn packed(encoding: Encoding, message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    compress(encoding, Level::Fast, message, &mut out).unwrap();
    out
}

fn unpacked(encoding: Encoding, input: &[u8], limit: usize) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::new();
    decompress(encoding, input, limit, &mut out).map(|()| out)
}

/// Bytes that look random, the same each time.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..len).map(next).collect()
}

fn messages() -> Vec<Vec<u8>> {
    let text = "a line of some text, and a number\n".repeat(2000);
    vec![
        Vec::new(),
        vec![7],
        vec![0; 3 * MIB],
        text.into_bytes(),
        noise(300_000),
    ]
}

#[test]
fn what_goes_in_comes_out_behind_what_was_there() {
    for encoding in built_in() {
        for level in LEVELS {
            for message in messages() {
                let mut out = b"prefix".to_vec();
                compress(encoding, level, &message, &mut out).unwrap();
                let (prefix, body) = out.split_at(6);
                assert_eq!(prefix, b"prefix");
                let mut back = b"other".to_vec();
                decompress(encoding, body, message.len(), &mut back).unwrap();
                assert!(back[..5] == *b"other" && back[5..] == message[..]);
            }
        }
    }
}

#[test]
fn text_shrinks_and_more_so_by_level() {
    let text = "key: value, some more text that repeats; ".repeat(5000);
    for encoding in real() {
        let sizes = LEVELS.map(|level| {
            let mut out = Vec::new();
            compress(encoding, level, text.as_bytes(), &mut out).unwrap();
            out.len()
        });
        assert!(sizes[0] < text.len() / 20, "{encoding}: {sizes:?}");
        assert!(sizes[2] <= sizes[0], "{encoding}: {sizes:?}");
    }
}

#[test]
fn the_limit_is_the_last_length_that_passes() {
    for encoding in built_in() {
        for len in [0, 1, 4095, 4096, 4097, 100_000] {
            let body = packed(encoding, &vec![b'x'; len]);
            assert!(unpacked(encoding, &body, len).is_ok(), "{encoding} {len}");
            if len > 0 {
                let refused = unpacked(encoding, &body, len - 1);
                assert_eq!(refused, Err(Fault::TooLong(len - 1)), "{encoding} {len}");
            }
        }
    }
}

#[test]
fn every_cut_is_seen() {
    for encoding in real() {
        let body = packed(encoding, &noise(500));
        for cut in 0..body.len() {
            let fault = unpacked(encoding, &body[..cut], MIB).unwrap_err();
            assert!(
                matches!(fault, Fault::Corrupt(..)),
                "{encoding} cut at {cut}"
            );
        }
    }
}

#[test]
fn what_is_behind_the_end_is_corrupt() {
    for encoding in real() {
        let body = packed(encoding, b"message");
        for tail in [&b"\0"[..], b"x", b"garbage behind the end", &body[..5]] {
            let fault = unpacked(encoding, &[&body, tail].concat(), MIB).unwrap_err();
            assert!(matches!(fault, Fault::Corrupt(..)), "{encoding} {tail:?}");
        }
    }
}

#[test]
fn members_and_frames_add_up_and_so_do_they_to_the_limit() {
    for encoding in real() {
        let (one, empty) = (packed(encoding, b"one"), packed(encoding, b""));
        let all = [&one[..], &empty, &one].concat();
        assert_eq!(unpacked(encoding, &all, 6).unwrap(), b"oneone");
        assert_eq!(unpacked(encoding, &all, 5), Err(Fault::TooLong(5)));
    }
}

#[test]
fn what_was_compressed_twice_is_unpacked_once() {
    for encoding in real() {
        let inner = packed(encoding, &vec![0; 4 * MIB]);
        let outer = packed(encoding, &inner);
        assert_eq!(unpacked(encoding, &outer, MIB).unwrap(), inner);
    }
}

#[test]
fn every_changed_byte_is_survived_and_the_context_is_good_after() {
    for encoding in real() {
        let good = packed(encoding, &messages()[3]);
        for position in 0..good.len() {
            let mut bad = good.clone();
            bad[position] ^= 0x55;
            // Some bytes carry nothing, such as gzip's time.
            let _ = unpacked(encoding, &bad, MIB);
        }
        assert_eq!(unpacked(encoding, &good, MIB).unwrap(), messages()[3]);
        for seed in 1..200 {
            assert!(unpacked(encoding, &noise(seed * 7), MIB).is_err());
        }
    }
}

#[test]
fn faults_say_what_to_do() {
    let code = |fault: Fault| Status::from(fault).code();
    assert_eq!(code(Fault::TooLong(10)), Code::ResourceExhausted);
    assert_eq!(code(Fault::NoMemory), Code::ResourceExhausted);
    assert_eq!(code(Fault::Corrupt(Encoding::Gzip, "x")), Code::Internal);
    let status = Status::from(Fault::NotBuiltIn(Encoding::Zstd));
    assert!(status.message().contains("feature `zstd`"), "{status}");
    for encoding in [Encoding::Gzip, Encoding::Zstd] {
        let fault = unpacked(encoding, b"x", 1).unwrap_err();
        let expected = matches!(fault, Fault::NotBuiltIn(_));
        assert_eq!(expected, !encoding.is_built_in());
    }
}

/// Stops at the limit, and has no memory for more.
#[cfg(any(feature = "gzip", feature = "zstd"))]
fn is_stopped(encoding: Encoding, bomb: &[u8]) {
    for limit in [0, 1000, 4 * MIB] {
        let mut out = Vec::new();
        let fault = decompress(encoding, bomb, limit, &mut out).unwrap_err();
        assert_eq!(fault, Fault::TooLong(limit));
        assert!(
            out.capacity() <= limit + 1,
            "{} for {limit}",
            out.capacity()
        );
    }
}

#[cfg(feature = "gzip")]
#[test]
fn ten_gigabytes_of_zeros_in_gzip() {
    // A full flush makes a piece that may be repeated: 1 MiB each.
    let mut piece = Vec::with_capacity(64 * 1024);
    let mut context = flate2::Compress::new(flate2::Compression::best(), false);
    context
        .compress_vec(&vec![0; MIB], &mut piece, flate2::FlushCompress::Full)
        .unwrap();
    assert_eq!(context.total_in() as usize, MIB);
    let mut bomb = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    for _ in 0..10 * 1024 {
        bomb.extend_from_slice(&piece);
    }
    is_stopped(Encoding::Gzip, &bomb);
}

#[cfg(feature = "gzip")]
#[test]
fn gzip_headers_with_everything_in_them() {
    let plain = packed(Encoding::Gzip, b"message");
    let mut header = plain[..10].to_vec();
    header[3] = 0x1f; // text, checksum, extra, name, comment
    header.extend([3, 0, b'a', b'b', b'c']);
    header.extend(b"name\0a comment\0");
    let mut sum = flate2::Crc::new();
    sum.update(&header);
    header.extend(&sum.sum().to_le_bytes()[..2]);
    let full = [&header[..], &plain[10..]].concat();
    assert_eq!(unpacked(Encoding::Gzip, &full, 7).unwrap(), b"message");
    for cut in 0..header.len() {
        assert!(unpacked(Encoding::Gzip, &full[..cut], 7).is_err());
    }
    for (position, value) in [
        (0, 0),
        (2, 9),
        (3, 0x20),
        (header.len() - 1, !header[header.len() - 1]),
    ] {
        let mut bad = full.clone();
        bad[position] = value;
        assert!(unpacked(Encoding::Gzip, &bad, 7).is_err(), "{position}");
    }
}

#[cfg(feature = "zstd")]
mod zstd_frames {
    use super::*;

    /// A frame with this window and no length: each block is 128 KiB of zeros in
    /// four bytes.
    fn zeros(window_log: u8, blocks: usize) -> Vec<u8> {
        let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0, (window_log - 10) << 3];
        for _ in 0..blocks {
            let (run_length, size) = (1 << 1, 128 << 10 << 3);
            frame.extend(&u32::to_le_bytes(run_length | size)[..3]);
            frame.push(0);
        }
        frame
    }

    #[test]
    fn ten_gigabytes_of_zeros_in_zstd() {
        is_stopped(Encoding::Zstd, &zeros(20, 80 * 1024));
    }

    #[test]
    fn windows_beyond_what_everybody_supports_are_refused() {
        let mut end = zeros(23, 1);
        end.extend([1, 0, 0]);
        assert!(unpacked(Encoding::Zstd, &end, MIB).is_ok());
        for window_log in 24..=41 {
            let fault = unpacked(Encoding::Zstd, &zeros(window_log, 1), MIB).unwrap_err();
            assert!(
                matches!(fault, Fault::Corrupt(..)),
                "{window_log}: {fault:?}"
            );
        }
    }

    #[test]
    fn a_length_that_is_claimed_makes_no_room() {
        // One segment, eight bytes of length: 8 MiB, and no block behind it.
        let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0xe0];
        frame.extend(u64::to_le_bytes(8 << 20));
        let mut out = Vec::new();
        assert!(decompress(Encoding::Zstd, &frame, 64 * MIB, &mut out).is_err());
        assert!(out.capacity() <= 4096, "{}", out.capacity());
    }

    #[test]
    fn skippable_frames_hold_nothing() {
        let mut skippable = vec![0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0];
        skippable.extend(b"abc");
        let one = packed(Encoding::Zstd, b"one");
        let all = [&skippable[..], &one, &skippable].concat();
        assert_eq!(unpacked(Encoding::Zstd, &all, 3).unwrap(), b"one");
        assert_eq!(unpacked(Encoding::Zstd, &skippable, 3).unwrap(), b"");
    }
}
