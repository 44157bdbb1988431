//! One turn of the driver: read, process, hand out, write.
//!
//! The transport is used without the lock, but for payloads too large to copy:
//! calls go on while the system moves bytes.

use std::pin::Pin;
use std::task::{Context, Waker};

use scaffold_http2::ErrorCode;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use super::buffers::{Buffers, Input};
use super::core::Core;
use super::driver::{Driver, Turn};

// === impl Driver ===

impl<IO: AsyncRead + AsyncWrite + Unpin> Driver<IO> {
    /// Reads once, processes that, and writes what there is to write.
    pub(super) fn turn(&mut self, cx: &mut Context<'_>) -> Turn {
        let buffers = &mut self.buffers;
        let input = buffers.read(&mut self.io, cx);
        let fresh = matches!(input, Input::Bytes);
        let choked = buffers.choked;
        let now = Instant::now();

        let mut core = self.shared.lock();
        core.driver = None;
        core.process(input, buffers, now);
        if !buffers.copy(core.http.session_ref()) {
            buffers.write_attached(core.http.session(), &mut self.io, cx);
        }
        let session = core.http.session_ref();
        self.idle
            .look(now, session.counters().streams_opened, core.is_busy());
        let rest = buffers.has_output() || session.output_len() > 0;
        let (over, open) = (core.is_over(), core.takes_calls());
        // Nothing was read, so that nobody would tell of what is there.
        let reopened = choked && !buffers.choked;
        let sleeps = !fresh && !reopened && buffers.failed.is_none() && (!rest || buffers.blocked);
        let until = core.next_deadline(self.idle.next);
        if sleeps && !over {
            core.driver = Some(cx.waker().clone());
        }
        std::mem::swap(&mut core.calls.wakes, &mut buffers.wakes);
        drop(core);

        self.shared.set_open(open);
        buffers.wakes.drain(..).for_each(Waker::wake);
        buffers.write(&mut self.io, cx);
        if over {
            self.part(rest, now, cx)
        } else if sleeps {
            Turn::Sleep(until)
        } else {
            Turn::Again
        }
    }

    /// Writes the last words of a connection that is over, then closes it.
    fn part(&mut self, rest: bool, now: Instant, cx: &mut Context<'_>) -> Turn {
        let until = self.close_by(now);
        if now >= until || self.buffers.failed.is_some() {
            return Turn::Closed;
        }
        if rest && !self.buffers.blocked {
            return Turn::Again;
        }
        if !rest && Pin::new(&mut self.io).poll_shutdown(cx).is_ready() {
            return Turn::Closed;
        }
        Turn::Sleep(until)
    }
}

// === impl Core ===

impl Core {
    /// Everything that happens at once: what came, what calls have asked for
    /// meanwhile, and what is due.
    fn process(&mut self, input: Input, buffers: &mut Buffers, now: Instant) {
        let time = self.time(now);
        self.stirred = false;
        buffers.tell(self.http.session());
        if let Some(error) = &buffers.failed {
            let why = format!("the connection failed: {error}");
            return self.lose(why);
        }
        if matches!(input, Input::End) {
            buffers.failed = Some(std::io::ErrorKind::UnexpectedEof.into());
            return self.lose("the server closed the connection".to_owned());
        }
        if matches!(input, Input::Bytes) || buffers.choked {
            match self.http.receive(buffers.input(), time, &mut self.calls) {
                Ok(used) => buffers.consume(used),
                Err(error) => self.lose(error.to_string()),
            }
        }
        self.push_gathered();
        self.http.flush(time, &mut self.calls);
        if let Err(error) = self.http.on_time(time, &mut self.calls) {
            self.lose(error.to_string());
        }
        self.end_early();
        buffers.choked = self.http.session_ref().is_choked();
        if self.abandoned || (self.calls.going.is_some() && !self.is_busy()) {
            self.http.session().shutdown("");
        }
        self.call_waiting();
    }

    /// The server has answered in full: it does not want the rest of these
    /// requests.
    fn end_early(&mut self) {
        while let Some(stream) = self.calls.early.pop() {
            // Most have ended by themselves by now.
            let _ = self.http.session().reset(stream, ErrorCode::NO_ERROR);
        }
    }

    /// Whether anybody uses the connection.
    fn is_busy(&self) -> bool {
        self.http.session_ref().open_streams() > 0
            || !self.waiting.is_empty()
            || self.calls.live() > 0
    }

    /// Whether nothing is left but to say so.
    fn is_over(&self) -> bool {
        let session = self.http.session_ref();
        self.lost.is_some() || (session.is_draining() && session.open_streams() == 0)
    }

    fn next_deadline(&self, other: Instant) -> Instant {
        match self.http.deadline() {
            Some(time) => self.instant(time).min(other),
            None => other,
        }
    }
}
