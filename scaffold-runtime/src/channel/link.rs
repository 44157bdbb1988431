//! A channel's one connection: made when a call wants it, shared by all calls,
//! made again after a loss, with back-off between attempts that fail.
//!
//! The state is one watched value. Calls read it (a shared lock for a few
//! instructions on the fast path); one task at a time, the connector, writes it.
//! The connector exists from the first attempt until the connection it made is
//! gone, and holds the link weakly, so that dropping the last channel ends it.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use tokio::sync::watch;
use tokio::time::Instant;

use super::backoff::{Backoff, Random};
use super::connection;
use super::dial::Dialer;
use super::engine::{Connection, Names};
use super::head;
use super::state::{ConnectivityState, State};
use super::{ChannelConfig, runtime};
use crate::Status;
use crate::framing::Rules;

/// Dialer, settings and the connection of a channel and all its clones.
#[derive(Debug)]
pub(crate) struct Link {
    pub(super) dialer: Dialer,
    pub(crate) config: ChannelConfig,
    pub(super) names: Arc<Names>,
    /// How messages are sent, unless their call says otherwise.
    pub(super) rules: Rules,
    state: watch::Sender<State>,
    /// Numbers the connections, so that the end of one is not taken for that of the next.
    next_id: AtomicU64,
    /// How often a server complained of too many pings: each doubles the interval (A8).
    doublings: AtomicU32,
}

/// Sets the link to idle if the connector ends without a word, as when the
/// runtime it lives in shuts down: the next call then starts another.
struct ConnectorGuard {
    link: Weak<Link>,
    /// Off once connected: from then on another connector may be at work.
    armed: bool,
}

// === impl Link ===

impl Link {
    pub(super) fn new(dialer: Dialer, config: ChannelConfig) -> Arc<Self> {
        let compression = &config.compression;
        let encoding = compression.send.first().copied().unwrap_or_default();
        Arc::new(Self {
            rules: Rules::new(config.max_send_message_size, compression).settled(encoding),
            names: Arc::new(Names {
                scheme: dialer.scheme(),
                authority: match &config.authority {
                    Some(authority) => authority.clone(),
                    None => dialer.authority().to_owned(),
                },
                user_agent: head::user_agent(config.user_agent.as_deref()),
                accept: compression.accept,
            }),
            dialer,
            config,
            state: watch::Sender::new(State::Idle),
            next_id: AtomicU64::new(0),
            doublings: AtomicU32::new(0),
        })
    }

    pub(super) fn kind(&self) -> ConnectivityState {
        self.state.borrow().kind()
    }

    pub(super) fn watch(&self) -> watch::Receiver<State> {
        self.state.subscribe()
    }

    /// A connection that takes calls now, starting one where there is none.
    ///
    /// Fails at once while attempts fail, unless `wait_for_ready`.
    pub(crate) async fn connection(
        self: &Arc<Self>,
        wait_for_ready: bool,
    ) -> Result<Connection, Status> {
        if let State::Ready(connection) = &*self.state.borrow()
            && connection.takes_calls()
        {
            return Ok(connection.clone());
        }
        let mut states = self.state.subscribe();
        loop {
            let gone = match &*states.borrow_and_update() {
                State::Ready(connection) if connection.takes_calls() => {
                    return Ok(connection.clone());
                }
                State::Ready(connection) => Some(connection.id()),
                State::TransientFailure(status) if !wait_for_ready => return Err(status.clone()),
                State::TransientFailure(_) | State::Idle | State::Connecting => None,
            };
            if let Some(id) = gone {
                self.lost(id);
            }
            self.start_connecting()?;
            // The sender lives in `self`: it cannot be gone.
            let _ = states.changed().await;
        }
    }

    /// How many more calls the connection takes at once, if there is one.
    pub(super) fn streams_left(&self) -> Option<usize> {
        match &*self.state.borrow() {
            State::Ready(connection) => Some(connection.streams_left()),
            _ => None,
        }
    }

    /// Takes the connection `id` out of use: it is gone, or takes no more calls.
    pub(crate) fn lost(&self, id: u64) {
        self.state.send_if_modified(|state| {
            let current = state.is_ready_with(id);
            if current {
                *state = State::Idle;
            }
            current
        });
    }

    /// From idle to connecting, with a connector; in other states nothing.
    fn start_connecting(self: &Arc<Self>) -> Result<(), Status> {
        let started = self.state.send_if_modified(|state| {
            let idle = matches!(state, State::Idle);
            if idle {
                *state = State::Connecting;
            }
            idle
        });
        if !started {
            return Ok(());
        }
        let guard = ConnectorGuard {
            link: Arc::downgrade(self),
            armed: true,
        };
        runtime::spawn(guard.run())
    }
}

// === impl ConnectorGuard ===

impl ConnectorGuard {
    /// The connector: attempts until one succeeds, then drives the connection.
    async fn run(mut self) {
        let Some(link) = self.link.upgrade() else {
            return;
        };
        let mut backoff = Backoff::new(link.config.backoff.clone());
        let mut random = Random::from_process();
        drop(link);
        loop {
            let Some(link) = self.link.upgrade() else {
                return;
            };
            let started = Instant::now();
            let id = link.next_id.fetch_add(1, Ordering::Relaxed);
            // A channel that is dropped meanwhile stays until the attempt ends,
            // which the connect timeout bounds.
            let doublings = link.doublings.load(Ordering::Relaxed);
            match connection::connect(&link.dialer, &link.config, &link.names, id, doublings).await
            {
                Ok((connection, driver)) => {
                    link.state.send_replace(State::Ready(connection));
                    self.armed = false;
                    drop(link);
                    let lost = || {
                        if let Some(link) = self.link.upgrade() {
                            link.lost(id);
                        }
                    };
                    let too_many_pings = driver.run(lost).await;
                    lost();
                    if too_many_pings && let Some(link) = self.link.upgrade() {
                        tracing::warn!(target = %link.dialer, "the server complains of too many pings: keepalive slows down");
                        link.doublings.fetch_add(1, Ordering::Relaxed);
                    }
                    return;
                }
                Err(fault) => {
                    let delay = backoff.next_delay(random.unit());
                    tracing::debug!(target = %link.dialer, %fault, ?delay, "connection attempt failed");
                    let status = Status::unavailable(fault);
                    link.state.send_replace(State::TransientFailure(status));
                    drop(link);
                    tokio::time::sleep(delay.saturating_sub(started.elapsed())).await;
                }
            }
        }
    }
}

impl Drop for ConnectorGuard {
    fn drop(&mut self) {
        if !self.armed {
            return;
        }
        let Some(link) = self.link.upgrade() else {
            return;
        };
        link.state.send_if_modified(|state| {
            let stuck = matches!(state, State::Connecting | State::TransientFailure(_));
            if stuck {
                *state = State::Idle;
            }
            stuck
        });
    }
}
