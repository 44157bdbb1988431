//! One pair of functions for all encodings.

use super::room::Room;
use super::{Encoding, Fault, Level};

/// Appends the compressed message to `out`. It may be longer than the message:
/// what looks random does not shrink.
///
/// # Errors
///
/// `NotBuiltIn`. In `out` there is nothing new then.
pub(crate) fn compress(
    encoding: Encoding,
    level: Level,
    message: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    match encoding {
        Encoding::Identity => out.extend_from_slice(message),
        #[cfg(feature = "gzip")]
        Encoding::Gzip => super::gzip::compress(level, message, out)?,
        #[cfg(feature = "zstd")]
        Encoding::Zstd => super::zstd::compress(level, message, out)?,
        #[cfg(not(all(feature = "gzip", feature = "zstd")))]
        encoding => {
            let _ = level;
            return Err(Fault::NotBuiltIn(encoding));
        }
    }
    Ok(())
}

/// Appends the message that `input` is the compressed form of to `out`.
///
/// Room is made as output comes, never for more than `limit` bytes and one. It runs
/// to its end without a pause, so that a thread has one such output at a time.
///
/// # Errors
///
/// `TooLong` if the message has more than `limit` bytes, as soon as that shows;
/// `Corrupt` for bytes that are not valid, end early or go on behind the end;
/// `NotBuiltIn`. What `out` holds behind its old end is then of no use.
pub(crate) fn decompress(
    encoding: Encoding,
    input: &[u8],
    limit: usize,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let room = Room::behind(out, limit);
    match encoding {
        Encoding::Identity => {
            if input.len() > limit {
                return Err(Fault::TooLong(limit));
            }
            out.extend_from_slice(input);
        }
        #[cfg(feature = "gzip")]
        Encoding::Gzip => super::gzip::decompress(input, &room, out)?,
        #[cfg(feature = "zstd")]
        Encoding::Zstd => super::zstd::decompress(input, &room, out)?,
        #[cfg(not(all(feature = "gzip", feature = "zstd")))]
        encoding => return Err(Fault::NotBuiltIn(encoding)),
    }
    room.check(out)
}
