//! gzip (RFC 1952) over flate2's raw deflate.
//!
//! flate2's gzip readers and writers own their context, and its contexts in gzip
//! mode are allocated anew when they are reset; raw ones are not. So the header
//! and the trailer are ours.

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::room::Room;
use super::{Encoding, Fault, Level, gzip_header};

thread_local! {
    /// Made at the first message, and used for all of the thread: compressing takes
    /// some 270 KiB, decompressing some 40.
    static COMPRESS: RefCell<Option<(Level, Compress)>> = const { RefCell::new(None) };
    static DECOMPRESS: RefCell<Option<Decompress>> = const { RefCell::new(None) };
}

/// Appends one member.
pub(super) fn compress(level: Level, message: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
    COMPRESS.with_borrow_mut(|context| {
        let context = match context {
            Some((of, context)) if *of == level => context,
            // A program has one level, or few: not worth changing it in place.
            other => &mut other.insert((level, Compress::new(number(level), false))).1,
        };
        context.reset();
        gzip_header::begin(out);
        // Messages shrink to a third or less; what does not fit is made room for.
        out.reserve(message.len() / 3 + 64);
        loop {
            let rest = &message[context.total_in() as usize..];
            match context.compress_vec(rest, out, FlushCompress::Finish) {
                Ok(Status::StreamEnd) => break,
                Ok(Status::Ok | Status::BufError) => out.reserve(message.len() / 2 + 64),
                Err(_) => return Err(corrupt("the compressor failed")),
            }
        }
        gzip_header::end(message, out);
        Ok(())
    })
}

/// Appends what the members hold, one behind another (RFC 1952, 2.2).
pub(super) fn decompress(mut input: &[u8], room: &Room, out: &mut Vec<u8>) -> Result<(), Fault> {
    DECOMPRESS.with_borrow_mut(|context| {
        let context = context.get_or_insert_with(|| Decompress::new(false));
        loop {
            input = gzip_header::skip(input).map_err(corrupt)?;
            let start = out.len();
            context.reset(false);
            input = inflate(context, input, room, out)?;
            input = gzip_header::finish(input, &out[start..]).map_err(corrupt)?;
            if input.is_empty() {
                return Ok(());
            }
        }
    })
}

/// Appends what one deflated stream holds; what is behind it.
fn inflate<'a>(
    context: &mut Decompress,
    input: &'a [u8],
    room: &Room,
    out: &mut Vec<u8>,
) -> Result<&'a [u8], Fault> {
    loop {
        room.grow(out)?;
        let rest = &input[context.total_in() as usize..];
        let before = out.len();
        match context.decompress_vec(rest, out, FlushDecompress::None) {
            Ok(Status::StreamEnd) => return Ok(&input[context.total_in() as usize..]),
            Ok(Status::Ok | Status::BufError) => {}
            Err(_) => return Err(corrupt("the deflated bytes are not valid")),
        }
        // With room left, only input can be missing; and there is no more.
        if out.len() < out.capacity() && out.len() == before {
            return Err(corrupt("the deflated bytes are cut off"));
        }
    }
}

fn number(level: Level) -> Compression {
    Compression::new(match level {
        Level::Fast => 1,
        Level::Balanced => 6,
        Level::Small => 9,
    })
}

fn corrupt(reason: &'static str) -> Fault {
    Fault::Corrupt(Encoding::Gzip, reason)
}
