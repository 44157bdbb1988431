//! Connections of a server: what they share, and how one is served from its
//! first byte to its last.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use scaffold_http2::{Config, ErrorCode, Keepalive, Limits, Rate};
use tokio::time::sleep_until;

use super::ServerConfig;
use super::engine::Engine;
use super::exchange::{App, Held, exchange};
use super::farewell::farewell;
use super::heads::Door;
use super::lifecycle::{Guest, Lifecycle, Phase};
use super::service::Services;
use super::transport::{Step, Transport};
use crate::counters::{Cause, Counters};
use crate::net::Io;
use crate::{Interceptor, Peer};

/// Serves connections. Hides the types of interceptors and services from those
/// who only place connections.
pub(super) trait Serve: Send + Sync + 'static {
    /// Serves one connection until it is closed.
    fn serve(&self, io: Io, job: Job) -> impl Future<Output = ()> + Send;

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
    pub(super) http2: Config,
    pub(super) lifecycle: Arc<Lifecycle>,
    pub(super) counters: Counters,
}

impl<I: Interceptor, S: Services> Serve for Connections<I, S> {
    async fn serve(&self, io: Io, job: Job) {
        let Job { peer, guest } = job;
        let held = Arc::new(Held(self.app.clone()));
        let begin = move |start| exchange(held.clone(), start);
        let door = Door {
            router: &self.app.router,
            compression: &self.config.compression,
        };
        let engine = Engine::new(door, self.app.limits.clone(), peer.clone(), begin);
        let mut transport = Transport::new(io, self.http2.clone(), &self.config, engine);
        let mut told_to_drain = pin!(self.lifecycle.clone().reached(Phase::Draining));
        let mut told_to_close = pin!(self.lifecycle.clone().reached(Phase::Cut));
        let mut timer = pin!(sleep_until(transport.deadline().into()));
        let mut draining = false;
        let end = poll_fn(|cx| {
            if told_to_close.as_mut().poll(cx).is_ready() {
                self.counters
                    .count_many(Cause::Cut, transport.open_streams() as u64);
                transport.abort(ErrorCode::NO_ERROR, "shutdown");
                return Poll::Ready(Step::Closed);
            }
            if !draining && told_to_drain.as_mut().poll(cx).is_ready() {
                draining = true;
                transport.drain("shutdown");
            }
            let step = transport.turn(cx, &self.counters);
            if step != Step::Open {
                return Poll::Ready(step);
            }
            // The deadline mostly moves away: the timer is set again only when
            // it has fired or is late.
            loop {
                let next = transport.deadline().into();
                if next < timer.deadline() {
                    timer.as_mut().reset(next);
                }
                if timer.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                let step = transport.on_time(crate::clock::now(), &self.counters);
                if step != Step::Open {
                    return Poll::Ready(step);
                }
                timer.as_mut().reset(transport.deadline().into());
                // What was done may have something to write.
                cx.waker().wake_by_ref();
            }
        })
        .await;
        // Calls first: their handlers must be gone when the drain says so.
        let (io, output) = transport.end(&self.counters);
        match end {
            Step::Lost => {
                self.counters.count(Cause::Lost);
                tracing::debug!(%peer, "connection lost");
            }
            Step::Open | Step::Closed => {
                let cut = self.lifecycle.clone().reached(Phase::Cut);
                // Boxed: its buffer would be a part of every connection's task.
                Box::pin(farewell(io, &output, cut)).await;
            }
        }
        drop(guest);
    }

    fn lifecycle(&self) -> Arc<Lifecycle> {
        self.lifecycle.clone()
    }
}

/// The limits of a connection's HTTP/2.
pub(super) fn http2(config: &ServerConfig) -> Config {
    let defaults = Limits::default();
    let burst = |rate: Rate, burst: usize| Rate {
        burst: u32::try_from(burst).unwrap_or(u32::MAX),
        ..rate
    };
    // A stream's pipe holds one half, its queue the other.
    let queue = (config.send_buffer / 2).max(1);
    Config {
        stream_window: config.stream_window,
        connection_window: config.connection_window,
        keepalive: Some(Keepalive {
            interval: config.keepalive_interval,
            timeout: config.keepalive_timeout,
            while_idle: true,
        }),
        limits: Limits {
            max_streams: config.max_concurrent_streams,
            header_list: config.max_header_list_size,
            header_list_bomb: config
                .max_header_list_size
                .saturating_mul(4)
                .max(defaults.header_list_bomb),
            stream_queue: queue,
            resets: burst(defaults.resets, config.max_resets),
            internal_resets: burst(defaults.internal_resets, config.max_local_resets),
            handshake: config.handshake_timeout,
            write_stall: config.write_stall_timeout,
            stream_stall: config.write_stall_timeout,
            ..defaults
        },
        ..Config::default()
    }
}
