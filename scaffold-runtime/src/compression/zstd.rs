//! zstd (RFC 8878) over the reference implementation.

use std::cell::RefCell;
use std::io::Cursor;

use zstd_safe::{
    CCtx, CParameter, DCtx, DParameter, InBuffer, OutBuffer, ResetDirective, compress_bound,
    get_error_name,
};

use super::room::Room;
use super::{Encoding, Fault, Level};

/// The largest window that is made for a frame, as a power of two: 8 MiB, which
/// RFC 8878, 3.1.1.1.2 recommends all decoders to support and encoders to stay within.
const WINDOW_LOG: u32 = 23;

/// A context that has grown beyond this is given back after its message. A small
/// message leaves some hundred KiB.
const KEPT: usize = 1 << 20;

thread_local! {
    static COMPRESS: RefCell<Option<CCtx<'static>>> = const { RefCell::new(None) };
    static DECOMPRESS: RefCell<Option<DCtx<'static>>> = const { RefCell::new(None) };
}

/// Appends one frame, which says how long the message is.
pub(super) fn compress(level: Level, message: &[u8], out: &mut Vec<u8>) -> Result<(), Fault> {
    COMPRESS.with_borrow_mut(|kept| {
        let mut context = match kept.take() {
            Some(context) => context,
            None => CCtx::try_create().ok_or(Fault::NoMemory)?,
        };
        out.reserve(compress_bound(message.len()));
        let start = out.len() as u64;
        let mut behind = Cursor::new(out);
        behind.set_position(start);
        context
            .set_parameter(CParameter::CompressionLevel(number(level)))
            .and_then(|_| context.compress2(&mut behind, message))
            .map_err(named)?;
        if context.sizeof() <= KEPT {
            *kept = Some(context);
        }
        Ok(())
    })
}

/// Appends what the frames hold, one behind another; skippable ones hold nothing.
pub(super) fn decompress(input: &[u8], room: &Room, out: &mut Vec<u8>) -> Result<(), Fault> {
    DECOMPRESS.with_borrow_mut(|kept| {
        let mut context = match kept.take() {
            Some(context) => context,
            None => DCtx::try_create().ok_or(Fault::NoMemory)?,
        };
        // A context is good for the next message whatever this one was.
        let result = context
            .reset(ResetDirective::SessionOnly)
            .and_then(|_| context.set_parameter(DParameter::WindowLogMax(WINDOW_LOG)))
            .map_err(named)
            .and_then(|_| run(&mut context, input, room, out));
        if context.sizeof() <= KEPT {
            *kept = Some(context);
        }
        result
    })
}

fn run(
    context: &mut DCtx<'static>,
    input: &[u8],
    room: &Room,
    out: &mut Vec<u8>,
) -> Result<(), Fault> {
    let mut input = InBuffer::around(input);
    loop {
        room.grow(out)?;
        let (before, start) = (input.pos(), out.len());
        let mut output = OutBuffer::around_pos(out, start);
        let wanted = context
            .decompress_stream(&mut output, &mut input)
            .map_err(named)?;
        let ended = input.pos() == input.src.len();
        // 0: a frame has ended, and all of it is out.
        if wanted == 0 && ended {
            return Ok(());
        }
        let full = out.len() == out.capacity();
        if ended && !full && input.pos() == before && out.len() == start {
            return Err(corrupt("the frame is cut off"));
        }
    }
}

fn number(level: Level) -> i32 {
    match level {
        Level::Fast => 1,
        Level::Balanced => 3,
        Level::Small => 9,
    }
}

fn named(code: usize) -> Fault {
    corrupt(get_error_name(code))
}

fn corrupt(reason: &'static str) -> Fault {
    Fault::Corrupt(Encoding::Zstd, reason)
}
