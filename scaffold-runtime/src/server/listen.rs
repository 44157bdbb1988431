//! Accepting connections.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep};

use super::ServerConfig;
use super::lifecycle::{Guest, Lifecycle};
use crate::{Error, Peer};

/// The wait after an error such as EMFILE, which lasts until something else is
/// closed: without it the loop would take a whole core.
const FIRST_WAIT: Duration = Duration::from_millis(5);
const LAST_WAIT: Duration = Duration::from_secs(1);

/// At most one line of log in this time.
const LOG_EVERY: Duration = Duration::from_secs(5);

/// A connection that may be served.
pub(super) struct Arrival {
    pub(super) stream: TcpStream,
    pub(super) peer: Peer,
    pub(super) guest: Guest,
}

/// A listening socket that never gives up.
pub(super) struct Acceptor {
    listener: TcpListener,
    lifecycle: Arc<Lifecycle>,
    max_connections: usize,
    wait: Duration,
    logged: Option<Instant>,
}

/// Opens the socket.
///
/// # Errors
///
/// If the address cannot be listened on.
pub(super) fn bind(config: &ServerConfig) -> Result<std::net::TcpListener, Error> {
    use socket2::{Domain, Protocol, Socket, Type};

    let bind = || {
        let socket = Socket::new(
            Domain::for_address(config.address),
            Type::STREAM,
            Some(Protocol::TCP),
        )?;
        // A restart must not wait for the old connections' TIME_WAIT.
        #[cfg(unix)]
        socket.set_reuse_address(true)?;
        socket.bind(&config.address.into())?;
        socket.listen(i32::try_from(config.backlog).unwrap_or(i32::MAX))?;
        socket.set_nonblocking(true)?;
        Ok::<_, io::Error>(socket.into())
    };
    bind().map_err(|error| Error::new(format!("cannot listen on {}", config.address), error))
}

// === impl Acceptor ===

impl Acceptor {
    /// Must be called inside the runtime that will accept.
    pub(super) fn new(
        listener: std::net::TcpListener,
        lifecycle: Arc<Lifecycle>,
        max_connections: usize,
    ) -> io::Result<Acceptor> {
        let listener = TcpListener::from_std(listener)?;
        Ok(Acceptor {
            listener,
            lifecycle,
            max_connections,
            wait: FIRST_WAIT,
            logged: None,
        })
    }

    /// The next connection. Dropping the future loses none.
    pub(super) async fn next(&mut self) -> Arrival {
        loop {
            match self.listener.accept().await {
                Ok((stream, address)) => {
                    self.wait = FIRST_WAIT;
                    if let Some(arrival) = self.admit(stream, address) {
                        return arrival;
                    }
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    if self.may_log() {
                        tracing::warn!(%error, "cannot accept connections");
                    }
                    sleep(self.wait).await;
                    self.wait = LAST_WAIT.min(self.wait * 2);
                }
            }
        }
    }

    /// What the kernel has accepted for us: it would be reset with the socket.
    pub(super) fn backlog(mut self) -> Vec<Arrival> {
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        let mut arrivals = Vec::new();
        while let std::task::Poll::Ready(Ok((stream, address))) = self.listener.poll_accept(&mut cx)
        {
            arrivals.extend(self.admit(stream, address));
        }
        arrivals
    }

    fn admit(&mut self, stream: TcpStream, address: SocketAddr) -> Option<Arrival> {
        let Some(guest) = self.lifecycle.enter(self.max_connections) else {
            if self.may_log() {
                let refused = self.lifecycle.take_refused();
                tracing::warn!(
                    refused,
                    max = self.max_connections,
                    "closed connections: there are too many"
                );
            }
            return None;
        };
        // Fails for a connection that is closed already.
        let _ = stream.set_nodelay(true);
        Some(Arrival {
            stream,
            peer: Peer::new(address),
            guest,
        })
    }

    fn may_log(&mut self) -> bool {
        let now = Instant::now();
        let may = self.logged.is_none_or(|last| now - last >= LOG_EVERY);
        if may {
            self.logged = Some(now);
        }
        may
    }
}

/// Errors that say something of the connection that came, not of the socket.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::Interrupted
    )
}
