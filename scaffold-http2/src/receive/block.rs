//! Header blocks over several frames (RFC 9113 sections 4.3 and 6.10).

use super::Reader;
use crate::frame::{END_HEADERS, END_STREAM, FrameHeader, Kind, PADDED, PRIORITY};
use crate::frame::{priority, strip_padding};
use crate::{Cause, Handler, Session};

/// What the HEADERS frame said that CONTINUATION frames go on with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Partial {
    pub(super) section: Section,
    continuations: u32,
}

/// A header section apart from its block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Section {
    pub(super) stream: u32,
    pub(super) end: bool,
    /// It says that it depends on itself.
    pub(super) self_dependent: bool,
}

/// Block memory above this is given back.
const KEEP: usize = 4 << 10;

impl Reader {
    #[inline]
    pub(super) fn headers<H: Handler>(
        &mut self,
        session: &mut Session,
        header: FrameHeader,
        payload: &[u8],
        handler: &mut H,
    ) -> Result<(), Cause> {
        if header.stream == 0 {
            return Err(Cause::WrongStream);
        }
        let mut block = strip_padding(payload, header.has(PADDED)).ok_or(Cause::Padding)?;
        let mut self_dependent = false;
        if header.has(PRIORITY) {
            let (parent, rest) = priority(block).ok_or(Cause::FrameLength)?;
            self_dependent = parent == header.stream;
            block = rest;
        }
        let section = Section {
            stream: header.stream,
            end: header.has(END_STREAM),
            self_dependent,
        };
        if header.has(END_HEADERS) {
            return self.section(session, section, block, handler);
        }
        self.partial = Some(Partial {
            section,
            continuations: 0,
        });
        self.block.clear();
        self.gather(session, block)
    }

    /// Any frame while a block is incomplete: only its continuation will do.
    #[cold]
    pub(super) fn continuation<H: Handler>(
        &mut self,
        session: &mut Session,
        header: FrameHeader,
        payload: &[u8],
        handler: &mut H,
    ) -> Result<(), Cause> {
        let Some(partial) = &mut self.partial else {
            return Err(Cause::BlockMissing);
        };
        if header.kind != Kind::Continuation || header.stream != partial.section.stream {
            return Err(Cause::BlockInterrupted);
        }
        partial.continuations += 1;
        if partial.continuations > session.limits.continuations {
            return Err(Cause::TooManyContinuations);
        }
        let section = partial.section;
        self.gather(session, payload)?;
        if !header.has(END_HEADERS) {
            return Ok(());
        }
        self.partial = None;
        let block = std::mem::take(&mut self.block);
        let done = self.section(session, section, &block, handler);
        if block.capacity() <= KEEP {
            self.block = block;
        }
        done
    }

    fn gather(&mut self, session: &Session, part: &[u8]) -> Result<(), Cause> {
        if self.block.len() + part.len() > session.limits.header_block as usize {
            return Err(Cause::BlockTooLarge);
        }
        self.block.extend_from_slice(part);
        Ok(())
    }
}
