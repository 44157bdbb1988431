//! Request streams: messages on their way out, with the server's window as
//! back-pressure.
//!
//! Small messages are gathered until the driver's next turn and share a DATA
//! frame: that saves work on both sides, and servers count a flood of small
//! frames as an attack.

use std::task::{Context, Poll};

use scaffold_http2::{ErrorCode, SendError, Session};

use super::core::Core;
use super::frame::{GATHER, Prepared};
use super::record::{End, Record};
use super::shared::Connection;

/// Nothing can be sent on this stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gone;

// === impl Connection ===

impl Connection {
    /// Takes a message once the window is open, whole or not at all. `kept`
    /// gets a copy.
    pub(crate) fn poll_send(
        &self,
        key: u32,
        message: &Prepared<'_>,
        kept: Option<&mut Vec<u8>>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Gone>> {
        self.with(|core| {
            core.tick();
            match core.send(key, message, kept) {
                Ok(()) => {
                    core.stirred = true;
                    Poll::Ready(Ok(()))
                }
                Err(SendError::Full) => {
                    let record = core.calls.get(key);
                    let old = record.written_by(cx.waker());
                    if let Some(stream) = record.stream {
                        core.http.session().want_room(stream);
                    }
                    core.calls.wakes.extend(old);
                    core.stirred = true;
                    Poll::Pending
                }
                Err(_) => Poll::Ready(Err(Gone)),
            }
        })
    }

    /// Sends what was sent before, on a stream that was just opened, without
    /// waiting for room.
    pub(crate) fn send_again(&self, key: u32, frames: Vec<u8>, ended: bool) {
        self.with(|core| {
            core.tick();
            let record = core.calls.get(key);
            record.gathered = frames;
            record.ending = ended;
            core.calls.soil(key);
            core.stirred = true;
        });
    }

    /// Ends the requests behind what is gathered.
    pub(crate) fn end_requests(&self, key: u32) {
        self.with(|core| {
            core.calls.get(key).ending = true;
            core.calls.soil(key);
            core.stirred = true;
        });
    }

    /// Resets a call's stream; whoever reads the call finds it ended.
    pub(crate) fn cancel(&self, key: u32) {
        self.with(|core| {
            core.reset(key, ErrorCode::CANCEL);
            let record = core.calls.get(key);
            record.end.get_or_insert(End::Cancelled);
            let (reader, writer) = (record.reader.take(), record.writer.take());
            core.calls.wakes.extend(reader);
            core.calls.wakes.extend(writer);
        });
    }
}

// === impl Core ===

impl Core {
    fn send(
        &mut self,
        key: u32,
        message: &Prepared<'_>,
        kept: Option<&mut Vec<u8>>,
    ) -> Result<(), SendError> {
        let record = self.calls.get(key);
        let stream = match record.stream {
            Some(stream) if record.end.is_none() => stream,
            _ => return Err(SendError::Closed),
        };
        let session = self.http.session();
        if !session.is_open(stream) {
            return Err(SendError::Closed);
        }
        // Room for one byte is enough: the rest of the message waits in the
        // queue, and the next message waits outside.
        if session.capacity(stream) <= record.gathered.len() {
            return Err(SendError::Full);
        }
        if record.gathered.len() + message.len() > GATHER {
            record.push(session)?;
        }
        match message {
            Prepared::Encoded(bytes) if bytes.len() > GATHER => {
                if session.capacity(stream) < bytes.len() {
                    session.send_bytes(stream, bytes.clone(), false)?;
                } else {
                    session.send_data(stream, bytes, false)?;
                }
                if let Some(kept) = kept {
                    kept.extend_from_slice(bytes);
                }
                Ok(())
            }
            message => {
                let start = record.gathered.len();
                message.frame().write(&mut record.gathered);
                if let Some(kept) = kept {
                    kept.extend_from_slice(&record.gathered[start..]);
                }
                self.calls.soil(key);
                Ok(())
            }
        }
    }

    /// Hands what was gathered to the machine: the driver's turn.
    pub(super) fn push_gathered(&mut self) {
        let mut dirty = std::mem::take(&mut self.calls.dirty);
        for key in dirty.drain(..) {
            let record = self.calls.get(key);
            record.dirty = false;
            // What finds no room is called again by `writable`.
            let _ = record.push(self.http.session());
        }
        self.calls.dirty = dirty;
    }
}

// === impl Record ===

impl Record {
    /// Hands everything to the stream, as far as its queue takes it.
    fn push(&mut self, session: &mut Session) -> Result<(), SendError> {
        let Some(stream) = self.stream else {
            return Ok(());
        };
        if let Some(unsent) = &self.unsent {
            match session.send_bytes(stream, unsent.clone(), true) {
                Err(SendError::Full) => return Err(SendError::Full),
                _ => self.unsent = None,
            }
        }
        if self.gathered.is_empty() && !self.ending {
            return Ok(());
        }
        match session.send_data(stream, &self.gathered, self.ending) {
            Err(SendError::Full) => return Err(SendError::Full),
            _ => {
                self.gathered.clear();
                self.ending = false;
            }
        }
        Ok(())
    }
}
