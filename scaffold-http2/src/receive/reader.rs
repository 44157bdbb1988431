//! Cutting input into frames and sending each to its room.

use super::block::Partial;
use crate::frame::{ACK, FrameHeader, HEADER_LEN, Kind, PREFACE};
use crate::head::{HeadCache, ListLimits};
use crate::hpack::Decoder;
use crate::{Cause, Config, Handler, Role, Session};

/// Everything that is remembered between two pieces of input.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(super) decoder: Decoder,
    pub(super) heads: HeadCache,
    /// A header block that CONTINUATION frames go on with.
    pub(super) partial: Option<Partial>,
    /// Its bytes; memory is kept for the next one as long as it is small.
    pub(super) block: Vec<u8>,
    pub(super) table_limit: usize,
    /// Bytes of the client preface still to come.
    preface_left: usize,
    /// The peer's first SETTINGS came.
    greeted: bool,
    max_frame: u32,
}

impl Reader {
    pub(crate) fn new(role: Role, config: &Config) -> Self {
        let limits = &config.limits;
        let bomb = limits.header_list_bomb.max(limits.header_list);
        Self {
            decoder: Decoder::new(limits.decoder_table as usize),
            heads: HeadCache::new(ListLimits {
                bytes: limits.header_list as usize,
                bomb: bomb as usize,
                fields: (limits.header_fields as usize).min(65_535),
            }),
            partial: None,
            block: Vec::new(),
            table_limit: limits.decoder_table as usize,
            preface_left: match role {
                Role::Server => PREFACE.len(),
                Role::Client => 0,
            },
            greeted: false,
            max_frame: limits.frame.clamp(16_384, (1 << 24) - 1),
        }
    }

    /// Processes whole frames from the front of `input` and returns how many
    /// bytes they took.
    pub(crate) fn receive<H: Handler>(
        &mut self,
        session: &mut Session,
        input: &[u8],
        handler: &mut H,
    ) -> Result<usize, Cause> {
        let mut at = self.preface(input)?;
        while !session.is_choked()
            && session.error().is_none()
            && let Some(header) = FrameHeader::parse(&input[at..])
        {
            // Before the payload is here: nobody waits for 16 MiB.
            if header.len > self.max_frame {
                return Err(Cause::FrameTooLarge);
            }
            let start = at + HEADER_LEN;
            let Some(payload) = input.get(start..start + header.len as usize) else {
                break;
            };
            at = start + payload.len();
            session.counters.frames_received += 1;
            self.frame(session, header, payload, handler)?;
        }
        Ok(at)
    }

    /// Checks the client preface as far as it has come (RFC 9113 section
    /// 3.4): another protocol is noticed with its first byte.
    #[inline]
    fn preface(&mut self, input: &[u8]) -> Result<usize, Cause> {
        if self.preface_left == 0 {
            return Ok(0);
        }
        let want = &PREFACE[PREFACE.len() - self.preface_left..];
        let len = want.len().min(input.len());
        if input[..len] != want[..len] {
            return Err(Cause::BadPreface);
        }
        self.preface_left -= len;
        Ok(len)
    }

    #[inline]
    fn frame<H: Handler>(
        &mut self,
        session: &mut Session,
        header: FrameHeader,
        payload: &[u8],
        handler: &mut H,
    ) -> Result<(), Cause> {
        if self.partial.is_some() {
            return self.continuation(session, header, payload, handler);
        }
        match header.kind {
            // The two of every call first.
            Kind::Data if self.greeted => self.data(session, header, payload, handler),
            Kind::Headers if self.greeted => self.headers(session, header, payload, handler),
            Kind::Settings if self.greeted || !header.has(ACK) => {
                self.greeted = true;
                self.settings(session, header, payload, handler)
            }
            _ if !self.greeted => Err(Cause::SettingsExpected),
            Kind::Priority => self.priority(session, header, payload, handler),
            Kind::Reset => self.reset(session, header, payload, handler),
            Kind::PushPromise => Err(Cause::Push),
            Kind::Ping => self.ping(session, header, payload, handler),
            Kind::GoAway => self.goaway(session, header, payload, handler),
            Kind::WindowUpdate => self.window_update(session, header, payload, handler),
            Kind::Continuation => Err(Cause::BlockMissing),
            Kind::Unknown => {
                let within = session.budgets.unknown.take(1, session.now);
                within.then_some(()).ok_or(Cause::TooManyUnknownFrames)
            }
            Kind::Data | Kind::Headers | Kind::Settings => Err(Cause::SettingsExpected),
        }
    }

    /// Gives back what calls have left behind; the tables stay.
    pub(crate) fn trim(&mut self) {
        self.heads.trim();
        if self.partial.is_none() {
            self.block = Vec::new();
        }
    }

    /// Bytes of memory held.
    pub(crate) fn memory(&self) -> usize {
        self.decoder.memory() + self.heads.memory() + self.block.capacity()
    }
}
