//! WINDOW_UPDATE, RST_STREAM and PRIORITY: short frames about one stream.

use super::Reader;
use crate::frame::{FrameHeader, depends_on, u31_at, u32_at};
use crate::session::Lookup;
use crate::stream::{Ended, SENT_DATA};
use crate::{Cause, ErrorCode, Handler, Reset, ResetCause, Session};

impl Reader {
    /// Section 6.9.
    pub(super) fn window_update<H: Handler>(
        &mut self,
        session: &mut Session,
        header: FrameHeader,
        payload: &[u8],
        handler: &mut H,
    ) -> Result<(), Cause> {
        if payload.len() != 4 {
            return Err(Cause::FrameLength);
        }
        if !session.budgets.window_updates.take(1, session.now) {
            return Err(Cause::TooManyWindowUpdates);
        }
        let increment = u31_at(payload, 0);
        if header.stream == 0 {
            return session.widen_connection(increment);
        }
        match session.not_idle(header.stream)? {
            Lookup::Live(stream) => match session.widen_stream(stream, increment) {
                Ok(()) => Ok(()),
                Err(cause) => session.stream_error(stream, cause, handler),
            },
            // It crossed the end of the stream on its way.
            _ => Ok(()),
        }
    }

    /// Section 6.4.
    pub(super) fn reset<H: Handler>(
        &mut self,
        session: &mut Session,
        header: FrameHeader,
        payload: &[u8],
        handler: &mut H,
    ) -> Result<(), Cause> {
        if payload.len() != 4 {
            return Err(Cause::FrameLength);
        }
        if header.stream == 0 {
            return Err(Cause::WrongStream);
        }
        let lookup = session.not_idle(header.stream)?;
        // A stream that has brought the peer something may be given up at no
        // cost: that is how a streaming call is cancelled.
        let earned = match lookup {
            Lookup::Live(stream) => session.slot(stream).is_some_and(|slot| slot.has(SENT_DATA)),
            _ => false,
        };
        if !earned && !session.budgets.resets.take(1, session.now) {
            return Err(Cause::TooManyResets);
        }
        if let Lookup::Live(stream) = lookup {
            session.counters.resets_received += 1;
            session.close(stream, Ended::Remote);
            let reset = Reset {
                code: ErrorCode(u32_at(payload, 0)),
                cause: ResetCause::Peer,
            };
            handler.reset(session, stream, reset);
        }
        Ok(())
    }

    /// Section 6.3: read to find it well-formed, and otherwise ignored.
    pub(super) fn priority<H: Handler>(
        &mut self,
        session: &mut Session,
        header: FrameHeader,
        payload: &[u8],
        handler: &mut H,
    ) -> Result<(), Cause> {
        if header.stream == 0 {
            return Err(Cause::WrongStream);
        }
        let cause = match depends_on(payload) {
            Some(parent) if parent != header.stream => {
                let within = session.budgets.priorities.take(1, session.now);
                return within.then_some(()).ok_or(Cause::TooManyPriorities);
            }
            Some(_) => Cause::SelfDependency,
            None => Cause::PriorityLength,
        };
        match session.lookup(header.stream) {
            Lookup::Live(stream) => session.stream_error(stream, cause, handler),
            // RST_STREAM is not for streams that do not exist (section 6.4).
            Lookup::Idle => Err(cause),
            _ => session.reject(header.stream, cause),
        }
    }
}
