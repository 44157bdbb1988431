//! One connection: bytes between its transport and the state machine.

use std::future::Future;
use std::io::IoSlice;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use scaffold_http2::{Config, Connection, ErrorCode, Time};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};

use super::clock::{Clock, Tick};
use super::engine::Engine;
use super::exchange::Start;
use super::pace::Pace;
use super::{ServerConfig, scratch};
use crate::Outcome;
use crate::counters::{Added, Cause, Counters};

/// How often a connection looks for more to do in one turn.
const MAX_ROUNDS: u32 = 8;

/// Slices of one vectored write.
const SLICES: usize = 32;

/// Room that a read finds behind what was left over, at least.
const READ: usize = 17 << 10;

/// A connection with its transport.
pub(super) struct Transport<'a, T, B, F> {
    io: T,
    http2: Connection,
    engine: Engine<'a, B, F>,
    clock: Clock,
    pace: Pace,
    start: Instant,
    /// Input that was not processed: less than a frame, or all that came while
    /// the output was full.
    rest: Bytes,
    /// There are whole frames in the rest.
    choked: bool,
    /// The transport holds bytes that it took and may not have passed on.
    unflushed: bool,
    added: Added,
}

/// How a connection goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It waits.
    Open,
    /// It is over, and the output tells the peer why.
    Closed,
    /// The transport failed, or the peer has left.
    Lost,
}

impl<'a, T, B, F> Transport<'a, T, B, F>
where
    T: AsyncRead + AsyncWrite + Unpin,
    B: FnMut(Start) -> F,
    F: Future<Output = Outcome>,
{
    pub(super) fn new(
        io: T,
        http2: Config,
        config: &ServerConfig,
        engine: Engine<'a, B, F>,
    ) -> Self {
        let start = crate::clock::now();
        Transport {
            io,
            http2: Connection::server(http2, Time::default()),
            engine,
            clock: Clock::new(config, start),
            pace: Pace::new(config),
            start,
            rest: Bytes::new(),
            choked: false,
            unflushed: false,
            added: Added::default(),
        }
    }

    /// Does what there is to do, for as long as a turn takes.
    pub(super) fn turn(&mut self, cx: &mut Context<'_>, counters: &Counters) -> Step {
        let mut now = crate::clock::now();
        self.engine.begin_turn(now, cx);
        let mut rounds = 0;
        let mut again = false;
        let step = loop {
            let choked = self.http2.session().is_choked();
            let read = match self.read(cx, now) {
                Ok(read) => read,
                Err(step) => break step,
            };
            let ran = self.engine.run(self.http2.session());
            if let Err(step) = self.write(cx, now) {
                break step;
            }
            // What came while the output was full has been left where it is.
            let reopened = choked && !self.http2.session().is_choked();
            if !read && !ran && !reopened {
                break Step::Open;
            }
            rounds += 1;
            if rounds == MAX_ROUNDS || self.engine.is_turn_over() {
                again = true;
                break Step::Open;
            }
            now = crate::clock::now();
        };
        if self.engine.end_turn() || again {
            // Other connections of this thread have a turn, and those whose
            // sockets have become ready: woken the plain way, this one would
            // be polled dozens of times before the runtime looks at sockets.
            let _ = pin!(tokio::task::yield_now()).poll(cx);
        }
        self.account(counters);
        let session = self.http2.session();
        self.engine.count_calls(session);
        let opened = session.counters().streams_opened;
        self.clock
            .set_idle(self.engine.is_idle(session), opened, now);
        if step == Step::Open && session.is_drained() {
            return Step::Closed;
        }
        step
    }

    /// When [`on_time`](Self::on_time) must be called.
    pub(super) fn deadline(&self) -> Instant {
        let own = self.clock.next();
        let http2 = self
            .http2
            .deadline()
            .map(|time| self.start + std::time::Duration::from_micros(time.as_micros()));
        [http2, self.engine.deadline(), self.pace.next()]
            .into_iter()
            .flatten()
            .fold(own, Instant::min)
    }

    /// Does what is due.
    pub(super) fn on_time(&mut self, now: Instant, counters: &Counters) -> Step {
        let time = Time::since(self.start, now);
        if self.http2.on_time(time, &mut self.engine).is_err() {
            return Step::Closed;
        }
        if self.pace.is_too_slow(now) {
            counters.count(Cause::SlowReader);
            self.abort(ErrorCode::ENHANCE_YOUR_CALM, "slow_reader");
            return Step::Closed;
        }
        self.engine.on_time(self.http2.session(), now);
        self.engine.trim(self.http2.session_ref());
        match self.clock.tick(now) {
            Tick::Nothing => {}
            Tick::Idle => {
                counters.count(Cause::Idle);
                self.http2.session().shutdown("max_idle");
            }
            Tick::Age => {
                counters.count(Cause::Age);
                self.http2.session().shutdown("max_age");
            }
            Tick::Close => {
                counters.count(Cause::AgeGrace);
                self.abort(ErrorCode::NO_ERROR, "max_age_grace");
                return Step::Closed;
            }
        }
        Step::Open
    }

    /// GOAWAY: calls that are open may end, no others may begin.
    pub(super) fn drain(&mut self, why: &str) {
        self.http2.session().shutdown(why);
    }

    /// Calls that have not ended.
    pub(super) fn open_streams(&self) -> usize {
        self.http2.session_ref().open_streams()
    }

    /// Ends the connection; the output tells the peer why.
    pub(super) fn abort(&mut self, code: ErrorCode, why: &str) {
        self.http2.session().abort(code, why);
    }

    /// Ends all calls; what is left is to be written.
    pub(super) fn end(mut self, counters: &Counters) -> (T, Vec<u8>) {
        self.engine.lose_all();
        self.account(counters);
        let session = self.http2.session();
        let mut output = Vec::with_capacity(session.output_len());
        while session.output_len() > 0 {
            let before = output.len();
            let mut slices = [IoSlice::new(&[]); SLICES];
            let filled = session.output_slices(&mut slices);
            for slice in &slices[..filled] {
                output.extend_from_slice(slice);
            }
            session.advance(output.len() - before);
        }
        (self.io, output)
    }

    /// Adds what has happened since to the server's totals.
    fn account(&mut self, counters: &Counters) {
        counters.add(self.http2.session().counters(), &mut self.added);
        counters.count_many(Cause::Panic, self.engine.take_panics());
    }

    #[cfg(test)]
    pub(super) fn io(&mut self) -> &mut T {
        &mut self.io
    }

    /// Reads what there is and processes it. `true` if there was anything.
    fn read(&mut self, cx: &mut Context<'_>, now: Instant) -> Result<bool, Step> {
        if self.http2.session().is_choked() {
            return Ok(false);
        }
        if self.choked {
            let input = std::mem::take(&mut self.rest);
            return self.receive(input, now).map(|()| true);
        }
        let mut buffer = scratch::take(self.rest.len() + READ);
        buffer.extend_from_slice(&self.rest);
        let before = buffer.len();
        let polled = pin!(self.io.read_buf(&mut buffer)).poll(cx);
        let read = buffer.len() - before;
        match polled {
            Poll::Ready(Ok(_)) if read > 0 => {
                let input = buffer.split().freeze();
                scratch::put(buffer);
                self.rest = Bytes::new();
                self.receive(input, now)?;
                Ok(true)
            }
            Poll::Pending => {
                scratch::put(buffer);
                Ok(false)
            }
            // The peer sends nothing more.
            Poll::Ready(_) => {
                scratch::put(buffer);
                Err(Step::Lost)
            }
        }
    }

    fn receive(&mut self, input: Bytes, now: Instant) -> Result<(), Step> {
        let time = Time::since(self.start, now);
        self.engine.set_input(input.clone(), now);
        let received = self.http2.receive(&input, time, &mut self.engine);
        let session = self.http2.session();
        self.engine.received(session);
        let Ok(used) = received else {
            return Err(Step::Closed);
        };
        if session.error().is_some() {
            return Err(Step::Closed);
        }
        self.choked = session.is_choked() && used < input.len();
        let rest = &input[used..];
        // A copy: what is left of one buffer must not hold on to all of it.
        self.rest = match rest.is_empty() {
            true => Bytes::new(),
            false => Bytes::copy_from_slice(rest),
        };
        Ok(())
    }

    /// Writes what the transport takes.
    fn write(&mut self, cx: &mut Context<'_>, now: Instant) -> Result<(), Step> {
        let time = Time::since(self.start, now);
        let mut taken = 0;
        loop {
            self.http2.flush(time, &mut self.engine);
            let session = self.http2.session();
            if session.output_len() == 0 {
                self.pace.idles();
                return self.flush(cx);
            }
            let io = Pin::new(&mut self.io);
            let written = match session.output() {
                Some(output) => io.poll_write(cx, output),
                None => {
                    let mut slices = [IoSlice::new(&[]); SLICES];
                    let filled = session.output_slices(&mut slices);
                    io.poll_write_vectored(cx, &slices[..filled])
                }
            };
            match written {
                Poll::Ready(Ok(0)) | Poll::Ready(Err(_)) => return Err(Step::Lost),
                Poll::Ready(Ok(count)) => {
                    session.advance(count);
                    taken += count as u64;
                    self.unflushed = true;
                }
                Poll::Pending => {
                    session.advance(0);
                    self.pace.waits(taken, now);
                    return Ok(());
                }
            }
        }
    }

    /// Makes the transport pass on what it took: TLS holds back records for
    /// which the socket had no room.
    fn flush(&mut self, cx: &mut Context<'_>) -> Result<(), Step> {
        if !self.unflushed {
            return Ok(());
        }
        match Pin::new(&mut self.io).poll_flush(cx) {
            Poll::Ready(Ok(())) => self.unflushed = false,
            Poll::Ready(Err(_)) => return Err(Step::Lost),
            Poll::Pending => {}
        }
        Ok(())
    }
}
