//! How a call gets its stream.

use std::fmt::Write as _;
use std::task::{Context, Poll};

use bytes::Bytes;
use scaffold_http2::{Field, OpenError, SendError, Session, Stream};

use super::call::Call;
use super::core::Core;
use super::frame::Frame;
use super::record::Record;
use super::shared::Connection;
use crate::{Encoding, Metadata, MethodSpec};

/// Requests up to this length are encoded right into the output; one DATA
/// frame of the default size holds them.
const DIRECT: usize = 16 << 10;

/// Fields of a call that are told from the stack.
const FEW: usize = 16;

/// What a call starts with.
pub(crate) struct Start<'a> {
    pub(crate) spec: &'static MethodSpec,
    /// What messages may be compressed with.
    pub(crate) encoding: Encoding,
    /// The caller's; names of the protocol in it are left out.
    pub(crate) metadata: &'a Metadata,
    pub(crate) timeout: Option<Timeout>,
    /// What is said for the caller's `user-agent` and ours together.
    pub(crate) user_agent: Option<&'a str>,
    /// Whether the answer is one message.
    pub(crate) quick: bool,
    /// The whole request; `None` for a stream of them.
    pub(crate) request: Option<Frame<'a>>,
}

/// The text of a `grpc-timeout`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Timeout {
    text: [u8; 12],
    len: u8,
}

/// Why there is no stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// This connection takes no calls any more: another may.
    Elsewhere,
    /// The header section is longer than the server takes, or than we send.
    Fields,
    /// Too many calls wait already.
    Queue,
}

/// A place in the queue, given up when it is dropped.
pub(crate) struct Place<'a> {
    connection: &'a Connection,
    ticket: Option<u64>,
}

// === impl Connection ===

impl Connection {
    /// A place in the queue of calls; taken only if the call has to wait.
    pub(crate) fn queue(&self) -> Place<'_> {
        Place {
            connection: self,
            ticket: None,
        }
    }
}

// === impl Place ===

impl Place<'_> {
    /// Opens the stream, or waits until one may be opened.
    pub(crate) fn poll_open(
        &mut self,
        start: &Start<'_>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Call, Refusal>> {
        // A long message is not encoded under the lock.
        let ready = start.request.filter(|frame| frame.len() > DIRECT);
        let ready = ready.map(Frame::to_bytes);
        let ticket = &mut self.ticket;
        let opened = self
            .connection
            .with(|core| core.poll_open(start, ready, ticket, cx));
        opened.map(|key| Ok(Call::new(self.connection.clone(), key?)))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.connection.with(|core| {
                let waker = core.waiting.leave(ticket);
                core.calls.wakes.extend(waker);
            });
        }
    }
}

// === impl Core ===

impl Core {
    fn poll_open(
        &mut self,
        start: &Start<'_>,
        ready: Option<Bytes>,
        ticket: &mut Option<u64>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<u32, Refusal>> {
        if self.lost.is_some() {
            return Poll::Ready(Err(Refusal::Elsewhere));
        }
        let ahead = match *ticket {
            Some(ticket) => self.waiting.place(ticket).unwrap_or(0),
            None => self.waiting.len(),
        };
        let must_wait = ahead > 0 && self.takes_calls();
        if must_wait && self.http.session_ref().streams_left() <= ahead {
            return self.wait(ticket, cx);
        }
        self.tick();
        match self.open(start, ready) {
            Ok(key) => {
                self.stirred = true;
                if let Some(ticket) = ticket.take() {
                    let waker = self.waiting.leave(ticket);
                    self.calls.wakes.extend(waker);
                }
                Poll::Ready(Ok(key))
            }
            Err(OpenError::TooManyStreams | OpenError::Full) => self.wait(ticket, cx),
            Err(OpenError::Field) => Poll::Ready(Err(Refusal::Fields)),
            Err(_) => Poll::Ready(Err(Refusal::Elsewhere)),
        }
    }

    fn wait(
        &mut self,
        ticket: &mut Option<u64>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<u32, Refusal>> {
        match *ticket {
            Some(ticket) => {
                let place = self.waiting.place(ticket).unwrap_or(0);
                let old = self.waiting.stay(place, cx.waker());
                self.calls.wakes.extend(old);
            }
            None if self.waiting.len() >= self.max_waiting => {
                return Poll::Ready(Err(Refusal::Queue));
            }
            None => *ticket = Some(self.waiting.join(cx.waker().clone())),
        }
        Poll::Pending
    }

    fn open(&mut self, start: &Start<'_>, ready: Option<Bytes>) -> Result<u32, OpenError> {
        let template = self
            .templates
            .get(start.spec, start.encoding, start.user_agent.is_none())
            .map_err(|_| OpenError::Field)?;
        let session = self.http.session();
        let stream = start.fields(|fields| session.open(template, fields, false))?;
        let key = self.calls.insert();
        self.calls.route(key, stream);
        let record = self.calls.get(key);
        record.quick = start.quick;
        if let Some(frame) = start.request {
            record.request(session, stream, frame, ready);
        }
        Ok(key)
    }
}

impl Record {
    /// Sends the one request: into the output if it has room, or else behind
    /// what is queued.
    fn request(
        &mut self,
        session: &mut Session,
        stream: Stream,
        frame: Frame<'_>,
        ready: Option<Bytes>,
    ) {
        if ready.is_none()
            && let Ok(mut data) = session.data_frame(stream, frame.len())
        {
            frame.write(data.buffer());
            self.written = data.finish(true).is_ok();
            if self.written {
                return;
            }
        }
        let bytes = ready.unwrap_or_else(|| frame.to_bytes());
        if session.send_bytes(stream, bytes.clone(), true) == Err(SendError::Full) {
            self.unsent = Some(bytes);
        }
    }
}

// === impl Start ===

impl Start<'_> {
    /// Hands out the fields that differ from call to call.
    fn fields<R>(&self, tell: impl FnOnce(&[Field<'_>]) -> R) -> R {
        let timeout = self.timeout.as_ref();
        let timeout = timeout.map(|timeout| Field::new("grpc-timeout", timeout.as_bytes()));
        let Some(more) = (!self.metadata.is_empty()).then_some(self.metadata) else {
            return tell(timeout.as_slice());
        };
        let agent = self.user_agent.map(|agent| Field::new("user-agent", agent));
        let own = more.fields().filter(|field| {
            let name = std::str::from_utf8(field.name).unwrap_or_default();
            !crate::metadata::is_reserved(name) && name != "user-agent"
        });
        let all = timeout.into_iter().chain(agent).chain(own);
        if more.len() + 2 > FEW {
            return tell(&all.collect::<Vec<_>>());
        }
        let mut few = [Field::new(b"", b""); FEW];
        let mut count = 0;
        for (place, field) in few.iter_mut().zip(all) {
            *place = field;
            count += 1;
        }
        tell(&few[..count])
    }
}

// === impl Timeout ===

impl Timeout {
    /// At most eight digits and a unit.
    pub(crate) fn new(count: u128, unit: char) -> Self {
        let mut timeout = Self::default();
        // Twelve bytes hold nine: what does not fit is left out.
        let _ = write!(timeout, "{count}{unit}");
        timeout
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.text[..usize::from(self.len)]
    }
}

impl std::fmt::Write for Timeout {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let start = usize::from(self.len);
        let place = self.text.get_mut(start..start + text.len());
        place
            .ok_or(std::fmt::Error)?
            .copy_from_slice(text.as_bytes());
        self.len += text.len() as u8;
        Ok(())
    }
}
