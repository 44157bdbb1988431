//! A client that is a socket and a thread that reads it: it does what HTTP/2
//! forbids as readily as what it allows.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use prost::Message;

use super::report::{Answers, Fate};
use super::view::{Closed, Stream, View};
use super::wire;
use crate::pb::attack::v1::{Ask, Handlers};

/// How a peer behaves where an attack does not say.
#[derive(Clone, Debug)]
pub struct Manners {
    /// Its SETTINGS.
    pub settings: Vec<(u16, u32)>,
    /// What it adds to the connection's window at once; 0 for nothing.
    pub window: u32,
    /// Whether it reads the socket.
    pub reads: bool,
    /// Whether it answers PING.
    pub pongs: bool,
    /// SO_RCVBUF, for one that is slow.
    pub receive_buffer: Option<usize>,
}

/// One connection.
pub struct Peer {
    socket: TcpStream,
    shared: Arc<Shared>,
    reads: bool,
    /// The next stream's identifier.
    pub next: u32,
    begun: Instant,
    /// Bytes of DATA sent by `upload`.
    spent: usize,
}

struct Shared {
    view: Mutex<View>,
    news: Condvar,
    writer: Mutex<TcpStream>,
}

// === impl Manners ===

impl Default for Manners {
    /// A good client with windows that never fill.
    fn default() -> Manners {
        Manners {
            settings: vec![(wire::INITIAL_WINDOW, wire::MAX)],
            window: wire::MAX - 65_535,
            reads: true,
            pongs: true,
            receive_buffer: None,
        }
    }
}

// === impl Peer ===

impl Peer {
    /// Connects and greets as a good client does.
    ///
    /// # Errors
    ///
    /// Those of the socket; if no SETTINGS come in ten seconds.
    pub fn connect(address: SocketAddr) -> std::io::Result<Peer> {
        Peer::with(address, &Manners::default())
    }

    /// The same with other manners.
    ///
    /// # Errors
    ///
    /// As [`connect`](Peer::connect).
    pub fn with(address: SocketAddr, manners: &Manners) -> std::io::Result<Peer> {
        let mut peer = Peer::silent(address, manners)?;
        let mut hello = [wire::PREFACE, &wire::settings(&manners.settings)].concat();
        if manners.window > 0 {
            hello.extend(wire::window(0, manners.window));
        }
        peer.send(&hello)?;
        if manners.reads {
            let greeted = |view: &View| (view.greeted || view.closed.is_some()).then_some(());
            peer.wait(Duration::from_secs(10), greeted)
                .ok_or(std::io::ErrorKind::TimedOut)?;
        }
        // One that does not read acknowledges what is sure to come.
        peer.send(&wire::frame(wire::SETTINGS, wire::ACK, 0, &[]))?;
        Ok(peer)
    }

    /// Connects and says nothing.
    ///
    /// # Errors
    ///
    /// Those of the socket.
    pub fn silent(address: SocketAddr, manners: &Manners) -> std::io::Result<Peer> {
        let socket = socket2::Socket::new(
            socket2::Domain::for_address(address),
            socket2::Type::STREAM,
            None,
        )?;
        if let Some(bytes) = manners.receive_buffer {
            socket.set_recv_buffer_size(bytes)?;
        }
        socket.connect_timeout(&address.into(), Duration::from_secs(10))?;
        let socket = TcpStream::from(socket);
        socket.set_nodelay(true)?;
        socket.set_write_timeout(Some(Duration::from_secs(10)))?;
        let shared = Arc::new(Shared {
            view: Mutex::default(),
            news: Condvar::new(),
            writer: Mutex::new(socket.try_clone()?),
        });
        if manners.reads {
            let (socket, shared, pongs) = (socket.try_clone()?, shared.clone(), manners.pongs);
            std::thread::Builder::new()
                .stack_size(128 << 10)
                .spawn(move || read(socket, &shared, pongs))?;
        }
        Ok(Peer {
            socket,
            shared,
            reads: manners.reads,
            next: 1,
            begun: Instant::now(),
            spent: 0,
        })
    }

    /// Sends bytes.
    ///
    /// # Errors
    ///
    /// Those of the socket; if ten seconds pass without a byte being taken.
    pub fn send(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        lock(&self.shared.writer).write_all(bytes)
    }

    /// Sends what `unit` makes of 0, 1 and so on until `count` or until the
    /// server has enough of it; how many went out. More may be under way to the
    /// server than it ever looks at.
    pub fn flood(
        &mut self,
        count: usize,
        mut unit: impl FnMut(&mut Peer, usize) -> Vec<u8>,
    ) -> usize {
        self.begun = Instant::now();
        let mut batch = Vec::with_capacity(80 << 10);
        for n in 0..count {
            let bytes = unit(self, n);
            batch.extend(bytes);
            if batch.len() < 16 << 10 && n + 1 < count {
                continue;
            }
            if self.view().is_unwelcome() || self.send(&batch).is_err() {
                return n + 1;
            }
            batch.clear();
        }
        count
    }

    /// What the server has said.
    pub fn view(&self) -> MutexGuard<'_, View> {
        lock(&self.shared.view)
    }

    /// Waits until the view shows something.
    pub fn wait<T>(
        &self,
        patience: Duration,
        mut shows: impl FnMut(&View) -> Option<T>,
    ) -> Option<T> {
        let until = Instant::now() + patience;
        let mut view = self.view();
        loop {
            if let Some(found) = shows(&view) {
                return Some(found);
            }
            let left = until.checked_duration_since(Instant::now())?;
            view = match self.shared.news.wait_timeout(view, left) {
                Ok((view, _)) => view,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
    }

    /// A fresh stream.
    pub fn stream(&mut self) -> u32 {
        self.next += 2;
        self.next - 2
    }

    /// Opens a call and leaves the request open; its stream.
    ///
    /// # Errors
    ///
    /// Those of the socket.
    pub fn open(&mut self, block: &[u8]) -> std::io::Result<u32> {
        let stream = self.stream();
        self.send(&wire::headers(stream, block, false))?;
        Ok(stream)
    }

    /// The bytes of a whole call.
    pub fn whole(&mut self, method: &str, ask: &Ask) -> Vec<u8> {
        let stream = self.stream();
        let path = format!("/attack.v1.Target/{method}");
        let body = wire::message(&ask.encode_to_vec());
        [
            wire::headers(stream, &wire::call(&path), false),
            wire::data(stream, &body, true),
        ]
        .concat()
    }

    /// Makes a call and waits for its end; what is there after `patience`.
    pub fn call(&mut self, method: &str, ask: &Ask, patience: Duration) -> Stream {
        let bytes = self.whole(method, ask);
        let stream = self.next - 2;
        if self.send(&bytes).is_err() {
            return Stream::default();
        }
        self.answer(stream, patience)
    }

    /// Waits for a stream's end; what is there after `patience`.
    pub fn answer(&self, stream: u32, patience: Duration) -> Stream {
        let over = |view: &View| {
            let seen = view.streams.get(&stream).filter(|seen| seen.is_over());
            let gone = view.closed.map(|_| Stream::default());
            seen.cloned().or(gone)
        };
        let seen = self.wait(patience, over);
        seen.unwrap_or_else(|| {
            self.view()
                .streams
                .get(&stream)
                .cloned()
                .unwrap_or_default()
        })
    }

    /// Sends a request's bytes as fast as the server's windows let it, until the
    /// stream is over or nothing has moved for `patience`; how many went out.
    pub fn upload(&mut self, stream: u32, bytes: &[u8], patience: Duration) -> usize {
        let mut sent = 0;
        while sent < bytes.len() {
            let spent = self.spent;
            let room = self.wait(patience, |view| {
                let seen = view.streams.get(&stream);
                if view.is_unwelcome() || seen.is_some_and(Stream::is_over) {
                    return Some(0);
                }
                let credit = seen.map_or(0, |seen| seen.credit);
                let window = (view.initial_window + credit - sent as i64)
                    .min(65_535 + view.credit - spent as i64);
                (window > 0).then_some(window as usize)
            });
            let Some(room) = room.filter(|room| *room > 0) else {
                break;
            };
            let part = &bytes[sent..bytes.len().min(sent + room.min(16_384))];
            if self
                .send(&wire::frame(wire::DATA, 0, stream, part))
                .is_err()
            {
                break;
            }
            sent += part.len();
            self.spent += part.len();
        }
        sent
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
        let goaway = self.view().goaways.last().cloned();
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

    /// Whether a GOAWAY without an error said that the newest stream is not
    /// served: another connection may serve it.
    pub fn was_asked_to_move(&self) -> bool {
        let newest = self.next - 2;
        let view = self.view();
        let last = view.goaways.last();
        last.is_some_and(|goaway| goaway.code == 0 && goaway.last < newest)
    }

    /// What the server's handlers have seen.
    pub fn handlers(&mut self, patience: Duration) -> Option<Handlers> {
        let reply = self.call("Seen", &Ask::default(), patience);
        Handlers::decode(&reply.messages().first()?[..]).ok()
    }

    /// Waits for all streams to be over, or the connection; how they ended.
    pub fn answers(&self, count: usize, patience: Duration) -> Answers {
        self.wait(patience, |view| {
            let over = view.streams.values().filter(|stream| stream.is_over());
            (over.count() >= count || view.closed.is_some()).then_some(())
        });
        self.view().verdicts()
    }

    /// How long it has been since the attack began.
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Begins to count time for [`fate`](Peer::fate).
    pub fn begin(&mut self) {
        self.begun = Instant::now();
    }

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
        let goaway = view.goaways.last().cloned();
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
        let goaway = self.view().goaways.last().cloned();
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
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.socket.shutdown(Shutdown::Both).ok();
    }
}

fn is_timeout(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{TimedOut, WouldBlock};
    matches!(error.kind(), TimedOut | WouldBlock)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Reads until the end.
fn read(mut socket: TcpStream, shared: &Shared, pongs: bool) {
    let mut bytes = Vec::new();
    let mut piece = vec![0; 64 << 10];
    loop {
        let read = socket.read(&mut piece);
        let mut view = lock(&shared.view);
        match read {
            Ok(0) => view.closed = Some((Closed::Fin, Instant::now())),
            Ok(count) => {
                bytes.extend_from_slice(&piece[..count]);
                let used = view.take(&bytes);
                bytes.drain(..used);
            }
            Err(_) => view.closed = Some((Closed::Reset, Instant::now())),
        }
        let over = view.closed.is_some();
        let pings = std::mem::take(&mut view.pings);
        drop(view);
        shared.news.notify_all();
        if over {
            return;
        }
        // One that floods holds the writer, and its pings may wait.
        if let (true, Ok(mut writer)) = (pongs, shared.writer.try_lock()) {
            for ping in pings {
                writer
                    .write_all(&wire::frame(wire::PING, wire::ACK, 0, &ping))
                    .ok();
            }
        }
    }
}
