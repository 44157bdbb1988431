//! One connection, its recorder, its clock and its unread input.

use std::io::IoSlice;
use std::time::Duration;

use scaffold_http2::{Cause, Config, Connection, ConnectionError, Role, Session, Time};

use super::wire::{self, Frame, PREFACE};
use super::{Event, Recorder};

pub(crate) struct Side {
    pub(crate) connection: Connection,
    pub(crate) seen: Recorder,
    pub(crate) now: Time,
    input: Vec<u8>,
}

impl Side {
    pub(crate) fn new(role: Role, config: Config) -> Self {
        let now = Time::from_micros(1_000_000);
        Self {
            connection: match role {
                Role::Client => Connection::client(config, now),
                Role::Server => Connection::server(config, now),
            },
            seen: Recorder::default(),
            now,
            input: Vec::new(),
        }
    }

    /// A server that has exchanged SETTINGS with its peer.
    pub(crate) fn server(config: Config) -> Self {
        let mut side = Self::new(Role::Server, config);
        side.send(PREFACE).unwrap();
        side.greet();
        side
    }

    /// A client that has exchanged SETTINGS with its peer.
    pub(crate) fn client(config: Config) -> Self {
        let mut side = Self::new(Role::Client, config);
        side.greet();
        side
    }

    fn greet(&mut self) {
        self.send(&wire::settings(&[])).unwrap();
        self.send(&wire::frame(wire::SETTINGS, wire::ACK, 0, &[]))
            .unwrap();
        self.output();
        self.seen.take();
    }

    pub(crate) fn session(&mut self) -> &mut Session {
        self.connection.session()
    }

    /// Lets bytes in; what is no whole frame waits.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> Result<(), ConnectionError> {
        self.input.extend_from_slice(bytes);
        let used = self
            .connection
            .receive(&self.input, self.now, &mut self.seen)?;
        self.input.drain(..used);
        Ok(())
    }

    /// Bytes that were let in and not consumed.
    pub(crate) fn unread(&self) -> usize {
        self.input.len()
    }

    /// Sends until the connection ends, and returns why and after how many.
    /// The output is taken as it comes.
    pub(crate) fn flood(
        &mut self,
        max: usize,
        mut next: impl FnMut(usize) -> Vec<u8>,
    ) -> (Cause, usize) {
        for number in 0..max {
            if let Err(error) = self.send(&next(number)) {
                return (error.cause, number);
            }
            self.output();
        }
        panic!("{max} frames and the connection is alive");
    }

    /// Everything that goes out, flushed.
    pub(crate) fn output(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            self.connection.flush(self.now, &mut self.seen);
            let session = self.connection.session();
            let mut slices = [IoSlice::new(&[]); 8];
            let filled = session.output_slices(&mut slices);
            if filled == 0 {
                return all;
            }
            let count = slices[..filled].iter().map(|slice| {
                all.extend_from_slice(slice);
                slice.len()
            });
            let count = count.sum();
            session.advance(count);
        }
    }

    pub(crate) fn frames(&mut self) -> Vec<Frame> {
        let bytes = self.output();
        wire::parse(bytes.strip_prefix(PREFACE).unwrap_or(&bytes))
    }

    /// Everything that goes out, without SETTINGS acknowledgements.
    pub(crate) fn replies(&mut self) -> Vec<Frame> {
        let frames = self.frames().into_iter();
        frames
            .filter(|frame| frame.kind != wire::SETTINGS)
            .collect()
    }

    pub(crate) fn events(&mut self) -> Vec<Event> {
        self.seen.take()
    }

    /// Time passes and deadlines with it.
    pub(crate) fn sleep(&mut self, duration: Duration) -> Result<(), ConnectionError> {
        let end = self.now.after(duration);
        while let Some(deadline) = self.connection.deadline().filter(|&at| at <= end) {
            self.now = self.now.max(deadline);
            self.connection.on_time(self.now, &mut self.seen)?;
        }
        self.now = end;
        self.connection.on_time(self.now, &mut self.seen)
    }

    /// Checks that the connection has ended for this cause: one GOAWAY with
    /// its text as the last frame, and one count.
    pub(crate) fn assert_ended(&mut self, cause: Cause) {
        let error = self.session().error();
        assert_eq!(error.map(|error| error.cause), Some(cause));
        assert_eq!(self.session().counters().of(cause), 1, "{cause:?}");
        let last = self.frames().pop().expect("a GOAWAY");
        assert_eq!(last.kind, wire::GOAWAY);
        assert_eq!(last.payload[4..8], cause.code().0.to_be_bytes());
        assert_eq!(last.payload[8..], *cause.text().as_bytes());
    }
}
