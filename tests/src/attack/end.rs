//! How a peer's connection ends.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use super::peer::Peer;
use super::report::Fate;
use super::view::Closed;
use super::wire;
use crate::pb::attack::v1::Ask;

impl Peer {
    /// Whether the connection still answers a call, or how it ended.
    pub fn fate(&mut self, patience: Duration) -> Fate {
        if self.reads && !self.view().is_unwelcome() {
            let reply = self.call("Unary", &Ask::default(), patience);
            if reply.grpc() == Some(0) {
                return Fate::Served;
            }
        }
        self.end(patience)
    }

    /// How the connection ends, without asking anything of it.
    pub fn end(&mut self, patience: Duration) -> Fate {
        if !self.reads {
            return self.end_unread(patience);
        }
        let ended = self.wait(patience, |view| view.closed);
        let view = self.view();
        let goaway = view.goaway();
        let first = goaway.as_ref().map(|goaway| goaway.at);
        match ended {
            Some((how, at)) => Fate::Ended {
                after: first.unwrap_or(at).min(at) - self.begun.min(at),
                goaway,
                how,
            },
            None => Fate::Open {
                after: self.begun.elapsed(),
                goaway,
            },
        }
    }

    /// One that does not read learns of the end when it writes.
    fn end_unread(&mut self, patience: Duration) -> Fate {
        let until = Instant::now() + patience;
        // An ACK of nothing: the smallest frame there is.
        let probe = wire::frame(wire::PING, wire::ACK, 0, &[0; 8]);
        let mut failed = None;
        self.socket
            .set_write_timeout(Some(Duration::from_millis(20)))
            .ok();
        while failed.is_none() && Instant::now() < until {
            match self.socket.write(&probe) {
                Ok(_) => std::thread::sleep(Duration::from_millis(20)),
                Err(error) if is_timeout(&error) => {}
                Err(error) => failed = Some(error),
            }
        }
        let after = self.begun.elapsed();
        // What was said before the end may still be there to read.
        let mut rest = Vec::new();
        self.socket
            .set_read_timeout(Some(Duration::from_millis(200)))
            .ok();
        let read = self.socket.read_to_end(&mut rest);
        self.view().take(&rest);
        let goaway = self.view().goaway();
        let how = if read.is_ok() {
            Closed::Fin
        } else {
            Closed::Reset
        };
        match failed {
            Some(_) => Fate::Ended { goaway, how, after },
            None => Fate::Open { after, goaway },
        }
    }

    /// Waits for the end by reading, without a thread for it.
    pub fn end_by_reading(&mut self, until: Instant) -> Fate {
        let mut piece = [0; 4096];
        let mut rest = Vec::new();
        let how = loop {
            let left = until.saturating_duration_since(Instant::now());
            let left = left.max(Duration::from_millis(1));
            self.socket.set_read_timeout(Some(left)).ok();
            match self.socket.read(&mut piece) {
                Ok(0) => break Some(Closed::Fin),
                Ok(count) => rest.extend_from_slice(&piece[..count]),
                Err(error) if is_timeout(&error) => break None,
                Err(_) => break Some(Closed::Reset),
            }
        };
        let after = self.begun.elapsed();
        self.view().take(&rest);
        let goaway = self.view().goaway();
        match how {
            Some(how) => Fate::Ended { goaway, how, after },
            None => Fate::Open { goaway, after },
        }
    }

    /// Reads one byte, for one that is slow; whether there is a connection yet.
    pub fn sip(&mut self) -> bool {
        self.socket
            .set_read_timeout(Some(Duration::from_millis(1)))
            .ok();
        self.socket
            .set_write_timeout(Some(Duration::from_millis(1)))
            .ok();
        let read = match self.socket.read(&mut [0]) {
            Ok(count) => count > 0,
            Err(error) => is_timeout(&error),
        };
        let probe = wire::frame(wire::PING, wire::ACK, 0, &[0; 8]);
        let written = self.socket.write(&probe);
        read && written.map_or_else(|error| is_timeout(&error), |count| count > 0)
    }
}

fn is_timeout(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{TimedOut, WouldBlock};
    matches!(error.kind(), TimedOut | WouldBlock)
}
