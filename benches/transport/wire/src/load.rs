//! The load: closed, where each answer is followed by a call, or open, where
//! calls are due at fixed times, whatever is answered.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use messages::Method;
use mio::{Events, Interest, Poll, Token};

use crate::args::Args;
use crate::connection::{Connection, Plan};
use crate::events::{self, Seen};
use crate::histogram::Histogram;
use crate::request::Blocks;

/// How long calls may take to end after the load.
const DRAIN: Duration = Duration::from_secs(30);

/// What was seen from the first call to the end of the last.
pub(crate) struct Totals {
    pub(crate) calls: u64,
    pub(crate) messages: u64,
    /// Of DATA frames.
    pub(crate) bytes: u64,
    pub(crate) elapsed: Duration,
    pub(crate) latency: Histogram,
}

/// Connections, and what to do on them.
pub(crate) struct Load {
    poll: Poll,
    events: Events,
    connections: Vec<Connection>,
    plan: Plan,
    buffer: Vec<u8>,
    epoch: Instant,
    streams: usize,
    rate: f64,
    spin: bool,
}

// === impl Load ===

impl Load {
    /// Connects, and waits for every server's settings.
    pub(crate) fn connect(args: &Args) -> Result<Load, Box<dyn std::error::Error>> {
        let method = args.methods[0];
        let message = messages::body(method, args.work, args.size, args.count);
        let answer = match method {
            Method::SayHello => Some((1, 17)),
            Method::EchoOrder | Method::EchoLogs => Some((1, message.len() as u64)),
            Method::ExportLogs => Some((1, 2)),
            Method::Download | Method::Chat => None,
        };
        let body = messages::framed(&message);
        if body.len() > crate::frame::MAX {
            return Err("a request has to fit one frame".into());
        }
        let blocks = Blocks::new(method, &args.address.to_string());
        let plan = Plan {
            blocks,
            body,
            chat: method == Method::Chat,
            answer,
        };
        let poll = Poll::new()?;
        let mut connections = Vec::with_capacity(args.connections);
        for index in 0..args.connections {
            let socket = TcpStream::connect(args.address)?;
            socket.set_nodelay(true)?;
            socket.set_nonblocking(true)?;
            let mut connection = Connection::new(mio::net::TcpStream::from_std(socket));
            let both = Interest::READABLE | Interest::WRITABLE;
            poll.registry()
                .register(&mut connection.socket, Token(index), both)?;
            connection.flush()?;
            connections.push(connection);
        }
        let mut load = Load {
            poll,
            events: Events::with_capacity(4096),
            connections,
            plan,
            buffer: vec![0; 256 << 10],
            epoch: Instant::now(),
            streams: args.streams,
            rate: args.rate,
            spin: args.spin || args.rate > 0.0,
        };
        load.settle(args.idle)?;
        Ok(load)
    }

    /// Waits for the settings, opens idle streams, makes one call on each connection.
    fn settle(&mut self, idle: usize) -> Result<(), String> {
        let mut seen = self.seen(false);
        let deadline = Instant::now() + DRAIN;
        while !self.connections.iter().all(|connection| connection.ready) {
            self.turn(&mut seen)?;
            if Instant::now() > deadline {
                return Err("not every connection got settings".into());
            }
        }
        for connection in &mut self.connections {
            connection.open_idle(idle, &self.plan)?;
            connection.waiting.push_back(seen.now);
            connection.start(&self.plan);
            connection
                .flush()
                .map_err(|error| format!("cannot write: {error}"))?;
        }
        self.drain(&mut seen)
    }

    /// Loads for `time`, then lets every call end.
    pub(crate) fn run(&mut self, time: Duration) -> Result<Totals, String> {
        let mut seen = self.seen(!time.is_zero());
        let start = Instant::now();
        let end = seen.now + time.as_nanos() as u64;
        let step = if self.rate > 0.0 {
            1e9 / self.rate
        } else {
            0.0
        };
        let (mut sent, first) = (0_u64, seen.now);
        if seen.closed && seen.again {
            for connection in &mut self.connections {
                connection
                    .waiting
                    .extend(std::iter::repeat_n(seen.now, self.streams));
                connection.start(&self.plan);
                connection
                    .flush()
                    .map_err(|error| format!("cannot write: {error}"))?;
            }
        }
        while seen.now < end {
            self.turn(&mut seen)?;
            if !seen.closed {
                loop {
                    let due = first + (sent as f64 * step) as u64;
                    if due > seen.now || due >= end {
                        break;
                    }
                    let count = self.connections.len() as u64;
                    let connection = &mut self.connections[(sent % count) as usize];
                    connection.waiting.push_back(due);
                    connection.start(&self.plan);
                    connection
                        .flush()
                        .map_err(|error| format!("cannot write: {error}"))?;
                    sent += 1;
                }
            }
        }
        seen.again = false;
        self.drain(&mut seen)?;
        let Seen {
            calls,
            messages,
            bytes,
            latency,
            ..
        } = seen;
        Ok(Totals {
            calls,
            messages,
            bytes,
            elapsed: start.elapsed(),
            latency,
        })
    }

    fn drain(&mut self, seen: &mut Seen) -> Result<(), String> {
        let deadline = Instant::now() + DRAIN;
        while self
            .connections
            .iter()
            .any(|connection| connection.live + connection.waiting.len() > 0)
        {
            self.turn(seen)?;
            if Instant::now() > deadline {
                return Err(format!("calls did not end within {} s", DRAIN.as_secs()));
            }
        }
        Ok(())
    }

    /// Whatever is there now.
    fn turn(&mut self, seen: &mut Seen) -> Result<(), String> {
        let wait = if self.spin {
            Duration::ZERO
        } else {
            Duration::from_millis(10)
        };
        self.poll
            .poll(&mut self.events, Some(wait))
            .map_err(|error| format!("cannot poll: {error}"))?;
        seen.now = self.epoch.elapsed().as_nanos() as u64;
        for event in &self.events {
            let connection = &mut self.connections[event.token().0];
            if event.is_readable() {
                events::read(connection, &mut self.buffer, &self.plan, seen)?;
                connection.start(&self.plan);
            }
            connection
                .flush()
                .map_err(|error| format!("cannot write: {error}"))?;
        }
        Ok(())
    }

    fn seen(&self, again: bool) -> Seen {
        let now = self.epoch.elapsed().as_nanos() as u64;
        Seen {
            calls: 0,
            messages: 0,
            bytes: 0,
            latency: Histogram::new(),
            now,
            again,
            closed: self.rate == 0.0,
        }
    }
}
