//! A client that is a socket and a thread that reads it: it does what HTTP/2
//! forbids as readily as what it allows.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::view::{Closed, View};
use super::wire;

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
    pub(super) socket: TcpStream,
    shared: Arc<Shared>,
    pub(super) reads: bool,
    /// The next stream's identifier.
    pub next: u32,
    pub(super) begun: Instant,
    /// Bytes of DATA sent by `upload`.
    pub(super) spent: usize,
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

    /// How long it has been since the attack began.
    pub fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Begins to count time for [`fate`](Peer::fate).
    pub fn begin(&mut self) {
        self.begun = Instant::now();
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.socket.shutdown(Shutdown::Both).ok();
    }
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
