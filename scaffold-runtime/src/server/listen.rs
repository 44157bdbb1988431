//! Accepting connections.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::lifecycle::{Guest, Lifecycle};
use crate::Peer;
use crate::counters::{Cause, Counters};
use crate::net::{Bound, Io, Listener};

/// The wait after an error such as EMFILE, which lasts until something else is
/// closed: without it the loop would take a whole core.
const FIRST_WAIT: Duration = Duration::from_millis(5);
const LAST_WAIT: Duration = Duration::from_secs(1);

/// At most one line of log in this time.
const LOG_EVERY: Duration = Duration::from_secs(5);

/// A connection that may be served.
pub(super) struct Arrival {
    pub(super) stream: Io,
    pub(super) peer: Peer,
    pub(super) guest: Guest,
}

/// A listening socket that never gives up.
pub(super) struct Acceptor {
    listener: Listener,
    lifecycle: Arc<Lifecycle>,
    counters: Counters,
    max_connections: usize,
    wait: Duration,
    logged: Option<Instant>,
}

// === impl Acceptor ===

impl Acceptor {
    /// Must be called inside the runtime that will accept.
    pub(super) fn new(
        bound: Bound,
        lifecycle: Arc<Lifecycle>,
        counters: Counters,
        max_connections: usize,
    ) -> io::Result<Acceptor> {
        Ok(Acceptor {
            listener: Listener::new(bound)?,
            lifecycle,
            counters,
            max_connections,
            wait: FIRST_WAIT,
            logged: None,
        })
    }

    /// The next connection. Dropping the future loses none.
    pub(super) async fn next(&mut self) -> Arrival {
        loop {
            match poll_fn(|cx| self.listener.poll_accept(cx)).await {
                Ok((stream, peer)) => {
                    self.wait = FIRST_WAIT;
                    if let Some(arrival) = self.admit(stream, peer) {
                        return arrival;
                    }
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    self.counters.count(Cause::AcceptError);
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
        while let std::task::Poll::Ready(Ok((stream, peer))) = self.listener.poll_accept(&mut cx) {
            arrivals.extend(self.admit(stream, peer));
        }
        arrivals
    }

    fn admit(&mut self, stream: Io, peer: Peer) -> Option<Arrival> {
        let Some(guest) = self.lifecycle.enter(self.max_connections) else {
            self.counters.count(Cause::ConnectionLimit);
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
        let _ = stream.set_nodelay();
        Some(Arrival {
            stream,
            peer,
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
