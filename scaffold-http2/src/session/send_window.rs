//! What the peer lets this side send.

use super::peer::check;
use super::{Lookup, Session};
use crate::frame::{self, Setting};
use crate::stream::Stream;
use crate::{Cause, Role};

impl Session {
    /// Applies one SETTINGS frame in its order (RFC 9113 section 6.5.3) and
    /// acknowledges it.
    pub(crate) fn apply_settings(&mut self, payload: &[u8]) -> Result<(), Cause> {
        let from_server = self.role == Role::Client;
        for setting in frame::settings(payload) {
            check(setting, from_server)?;
            match setting {
                Setting::HeaderTableSize(value) => self.encoder.set_limit(value as usize),
                Setting::MaxConcurrentStreams(value) => self.peer.max_streams = value,
                Setting::InitialWindowSize(value) => self.shift_windows(value)?,
                Setting::MaxFrameSize(value) => self.peer.max_frame = value,
                Setting::MaxHeaderListSize(value) => self.peer.max_header_list = value,
                Setting::EnablePush(_) | Setting::Boolean(_) | Setting::Unknown => {}
            }
        }
        frame::settings_ack(self.out.run());
        Ok(())
    }

    /// All streams' windows move by the difference, below zero if need be
    /// (section 6.9.2).
    fn shift_windows(&mut self, value: u32) -> Result<(), Cause> {
        let value = value as i32;
        let old = self.peer.initial_window as i32;
        self.peer.initial_window = value as u32;
        if value == old {
            return Ok(());
        }
        let mut from = 0;
        while let Some(stream) = self.streams.next_live(from) {
            from = stream.index() + 1;
            let slot = self.streams.at(stream.index);
            // Both fit 31 bits, so the difference fits; the sum may not.
            slot.send_window = slot
                .send_window
                .checked_add(value - old)
                .ok_or(Cause::WindowOverflow)?;
            self.enqueue(stream);
        }
        Ok(())
    }

    /// A WINDOW_UPDATE for the connection.
    pub(crate) fn widen_connection(&mut self, increment: u32) -> Result<(), Cause> {
        if increment == 0 {
            return Err(Cause::WindowZero);
        }
        let wider = self.send_window.checked_add(increment as i32);
        self.send_window = wider.ok_or(Cause::WindowOverflow)?;
        Ok(())
    }

    /// A WINDOW_UPDATE for an open stream. The error is the stream's.
    pub(crate) fn widen_stream(&mut self, stream: Stream, increment: u32) -> Result<(), Cause> {
        if increment == 0 {
            return Err(Cause::StreamWindowZero);
        }
        let slot = self.streams.at(stream.index);
        let wider = slot.send_window.checked_add(increment as i32);
        slot.send_window = wider.ok_or(Cause::StreamWindowOverflow)?;
        self.enqueue(stream);
        Ok(())
    }

    /// Whether an identifier may carry a frame that needs an open or closed
    /// stream.
    pub(crate) fn not_idle(&self, id: u32) -> Result<Lookup, Cause> {
        match self.lookup(id) {
            Lookup::Idle => Err(Cause::IdleStream),
            lookup => Ok(lookup),
        }
    }
}
