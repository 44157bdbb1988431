//! SETTINGS, PING and GOAWAY: frames about the connection.

use super::Reader;
use crate::frame::{ACK, FrameHeader, u31_at, u32_at};
use crate::session::OpaquePing;
use crate::{Cause, ErrorCode, GoAway, Handler, Session};

impl Reader {
    /// Section 6.5.
    pub(super) fn settings<H: Handler>(
        &mut self,
        session: &mut Session,
        header: FrameHeader,
        payload: &[u8],
        handler: &mut H,
    ) -> Result<(), Cause> {
        if header.stream != 0 {
            return Err(Cause::WrongStream);
        }
        if header.has(ACK) {
            return self.settings_ack(session, payload);
        }
        if !payload.len().is_multiple_of(6) {
            return Err(Cause::FrameLength);
        }
        let entries = payload.len() / 6;
        let within = session.budgets.settings.take(1, session.now);
        if !within || entries > session.limits.settings_entries as usize {
            return Err(Cause::TooManySettings);
        }
        session.apply_settings(payload)?;
        session.timers.greeted();
        handler.settings(session);
        Ok(())
    }

    fn settings_ack(&mut self, session: &mut Session, payload: &[u8]) -> Result<(), Cause> {
        if !payload.is_empty() {
            return Err(Cause::FrameLength);
        }
        if !session.timers.acked() {
            // It answers nothing, and harms nothing unless there are many.
            let within = session.budgets.settings.take(1, session.now);
            return within.then_some(()).ok_or(Cause::TooManySettings);
        }
        self.decoder.set_limit(self.table_limit);
        Ok(())
    }

    /// Section 6.7.
    pub(super) fn ping<H: Handler>(
        &mut self,
        session: &mut Session,
        header: FrameHeader,
        payload: &[u8],
        handler: &mut H,
    ) -> Result<(), Cause> {
        if header.stream != 0 {
            return Err(Cause::WrongStream);
        }
        let Ok(payload) = <[u8; 8]>::try_from(payload) else {
            return Err(Cause::FrameLength);
        };
        if !header.has(ACK) {
            return session.answer_ping(payload);
        }
        match OpaquePing::of(payload) {
            Some(OpaquePing::Bandwidth) => session.probe_answered(),
            Some(OpaquePing::Drain) => session.finish_drain(),
            Some(OpaquePing::Keepalive) => {}
            None => {
                if !session.budgets.unknown.take(1, session.now) {
                    return Err(Cause::TooManyPings);
                }
                handler.pong(session, u64::from_be_bytes(payload));
            }
        }
        Ok(())
    }

    /// Section 6.8.
    pub(super) fn goaway<H: Handler>(
        &mut self,
        session: &mut Session,
        header: FrameHeader,
        payload: &[u8],
        handler: &mut H,
    ) -> Result<(), Cause> {
        if header.stream != 0 {
            return Err(Cause::WrongStream);
        }
        if payload.len() < 8 {
            return Err(Cause::FrameLength);
        }
        if !session.budgets.settings.take(1, session.now) {
            return Err(Cause::TooManySettings);
        }
        let goaway = GoAway {
            last: u31_at(payload, 0),
            code: ErrorCode(u32_at(payload, 4)),
            debug: &payload[8..],
        };
        session.going_away(goaway, handler);
        Ok(())
    }
}
