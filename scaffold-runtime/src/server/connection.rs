//! One connection: one task that reads, answers, and keeps the time.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::ServerConfig;
use super::calls::Calls;
use super::exchange::{App, exchange};
use super::io::Guarded;
use super::lifecycle::{Guest, Lifecycle, Phase};
use super::race::{First, race};
use super::service::Services;
use crate::net::Io;
use crate::transport::server::{ServerConnection, ServerSettings};
use crate::{Interceptor, Peer};

/// How often a connection looks for more to do before it lets others have a turn.
const MAX_ROUNDS: u32 = 32;

/// Serves connections. Hides the types of interceptors and services from those
/// who only place connections.
pub(super) trait Serve: Send + Sync + 'static {
    /// Serves one connection until it is closed.
    fn serve(&self, stream: Io, job: Job) -> impl Future<Output = ()> + Send;

    /// The lifecycle of the server.
    fn lifecycle(&self) -> Arc<Lifecycle>;
}

/// What is known of a connection.
pub(super) struct Job {
    pub(super) peer: Peer,
    pub(super) guest: Guest,
}

/// What all connections of a server share.
pub(super) struct Connections<I, S> {
    pub(super) app: Arc<App<I, S>>,
    pub(super) config: ServerConfig,
    pub(super) settings: ServerSettings,
    pub(super) lifecycle: Arc<Lifecycle>,
}

/// What a connection's clock says.
enum Tick {
    Nothing,
    Ping,
    /// Take no new calls.
    Drain,
    /// Close.
    Close(&'static str),
}

/// When something is due on a connection.
struct Clock {
    ping_at: Instant,
    /// When the answer to a ping is late.
    pong_by: Option<Instant>,
    idle_since: Option<Instant>,
    drain_at: Instant,
    /// When calls of a connection that is too old must have ended.
    close_at: Option<Instant>,
}

impl<I: Interceptor, S: Services> Serve for Connections<I, S> {
    async fn serve(&self, stream: Io, job: Job) {
        let Job { peer, guest } = job;
        let config = &self.config;
        let io = Guarded::new(stream, config.handshake_timeout, config.write_stall_timeout);
        let handshake = ServerConnection::handshake(io, &self.settings);
        let cut = self.lifecycle.clone().reached(Phase::Cut);
        // The time that it may take is kept by `Guarded`.
        let mut connection = match race(handshake, cut).await {
            First::Left(Ok(connection)) => connection,
            First::Left(Err(error)) => {
                return tracing::debug!(%peer, %error, "no HTTP/2 connection");
            }
            First::Right(()) => return,
        };
        let mut calls = Calls::new();
        let mut clock = Clock::new(config);
        let mut draining = false;
        let mut told_to_drain = pin!(self.lifecycle.clone().reached(Phase::Draining));
        let mut told_to_close = pin!(self.lifecycle.clone().reached(Phase::Cut));
        let mut timer = pin!(sleep_until(clock.next(config)));
        poll_fn(|cx| {
            if told_to_close.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            if !draining && told_to_drain.as_mut().poll(cx).is_ready() {
                draining = true;
                connection.drain();
            }
            let mut rounds = 0;
            loop {
                let mut progress = 0;
                loop {
                    match connection.poll_accept(cx) {
                        Poll::Ready(Some(Ok(accepted))) => {
                            calls.start(exchange(self.app.clone(), accepted, peer.clone()));
                            progress += 1;
                        }
                        Poll::Ready(Some(Err(error))) => {
                            tracing::debug!(%peer, %error, "connection failed");
                            return Poll::Ready(());
                        }
                        Poll::Ready(None) => return Poll::Ready(()),
                        Poll::Pending => break,
                    }
                }
                progress += calls.poll(cx);
                // What the calls wrote goes out when the connection is polled.
                if progress == 0 {
                    break;
                }
                rounds += 1;
                if rounds == MAX_ROUNDS {
                    // Other connections of this thread have a turn.
                    cx.waker().wake_by_ref();
                    break;
                }
            }
            if connection.poll_pong(cx).is_ready() {
                clock.pong_by = None;
            }
            clock.idle(calls.len() == 0);
            loop {
                let next = clock.next(config);
                if timer.deadline() != next {
                    timer.as_mut().reset(next);
                }
                if timer.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                match clock.tick(config) {
                    Tick::Nothing => {}
                    Tick::Ping => {
                        calls.trim();
                        connection.ping();
                        // To send it, the connection must be polled.
                        cx.waker().wake_by_ref();
                    }
                    Tick::Drain => {
                        connection.drain();
                        cx.waker().wake_by_ref();
                    }
                    Tick::Close(why) => {
                        tracing::debug!(%peer, why, "closes a connection");
                        return Poll::Ready(());
                    }
                }
            }
        })
        .await;
        // Calls first: their handlers must be gone when the drain says so.
        drop(calls);
        drop(connection);
        drop(guest);
    }

    fn lifecycle(&self) -> Arc<Lifecycle> {
        self.lifecycle.clone()
    }
}

// === impl Clock ===

impl Clock {
    fn new(config: &ServerConfig) -> Clock {
        let now = Instant::now();
        let spread = config.max_connection_age_jitter.clamp(0.0, 1.0);
        let age = config.max_connection_age.mul_f64(1.0 + spread * random());
        Clock {
            ping_at: after(now, config.keepalive_interval),
            pong_by: None,
            idle_since: Some(now),
            drain_at: after(now, age),
            close_at: None,
        }
    }

    fn idle(&mut self, idle: bool) {
        match (idle, self.idle_since) {
            (true, None) => self.idle_since = Some(Instant::now()),
            (false, Some(_)) => self.idle_since = None,
            _ => {}
        }
    }

    /// When to look at the clock again.
    fn next(&self, config: &ServerConfig) -> Instant {
        let idle_at = self
            .idle_since
            .map(|since| after(since, config.max_connection_idle));
        let drain_at = self.close_at.unwrap_or(self.drain_at);
        // After a GOAWAY, idleness ends the connection by itself.
        let idle_at = idle_at.filter(|_| self.close_at.is_none());
        [Some(self.ping_at), self.pong_by, idle_at, Some(drain_at)]
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(drain_at)
    }

    fn tick(&mut self, config: &ServerConfig) -> Tick {
        let now = Instant::now();
        if self.pong_by.is_some_and(|by| by <= now) {
            return Tick::Close("no answer to a ping");
        }
        if self.close_at.is_some_and(|at| at <= now) {
            return Tick::Close("its age and grace are over");
        }
        let idle_at = self
            .idle_since
            .map(|since| after(since, config.max_connection_idle));
        if self.close_at.is_none() && (self.drain_at <= now || idle_at.is_some_and(|at| at <= now))
        {
            self.close_at = Some(after(now, config.max_connection_age_grace));
            return Tick::Drain;
        }
        if self.ping_at <= now {
            self.ping_at = after(now, config.keepalive_interval);
            self.pong_by
                .get_or_insert_with(|| after(now, config.keepalive_timeout));
            return Tick::Ping;
        }
        Tick::Nothing
    }
}

/// A time from now; never one that does not exist.
fn after(start: Instant, duration: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(30 * 365 * 24 * 3600);
    start + duration.min(FAR)
}

/// Between -1 and 1; good enough to spread connections in time.
fn random() -> f64 {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let bits = RandomState::new().build_hasher().finish();
    (bits >> 11) as f64 / (1u64 << 52) as f64 - 1.0
}
