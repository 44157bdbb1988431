//! From serving to gone, in bounded time.
//!
//! Told to stop, a server says so in its health, waits `pre_stop`, accepts no
//! more, sends GOAWAY, lets calls end for `drain`, and cuts what is left. No
//! peer can make it last longer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::watch;

use super::race::{First, race};
use super::signals::Signals;
use crate::Counters;
use crate::net::ServerSecurity;
use crate::services::health::HealthReporter;

/// How long connections get to notice that they are cut.
const CUT: Duration = Duration::from_secs(1);

/// Where a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    Serving,
    /// Told to stop.
    Stopping,
    /// Takes no connections and no new calls.
    Draining,
    /// Over: connections close whatever they do.
    Cut,
}

/// Tells a server to stop, from anywhere. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ServerHandle {
    lifecycle: Arc<Lifecycle>,
    counters: Counters,
    #[cfg_attr(
        not(feature = "tls"),
        expect(dead_code, reason = "there is nothing to reload")
    )]
    security: ServerSecurity,
}

/// The phase, and who must know of it.
#[derive(Debug)]
pub(super) struct Lifecycle {
    phase: watch::Sender<Phase>,
    connections: watch::Sender<usize>,
    refused: AtomicUsize,
    health: HealthReporter,
}

/// Counts a connection while it lives.
#[derive(Debug)]
pub(super) struct Guest {
    lifecycle: Arc<Lifecycle>,
}

// === impl ServerHandle ===

impl ServerHandle {
    pub(super) fn new(
        lifecycle: Arc<Lifecycle>,
        counters: Counters,
        security: ServerSecurity,
    ) -> ServerHandle {
        ServerHandle {
            lifecycle,
            counters,
            security,
        }
    }

    /// Begins the drain, as SIGTERM does. Returns at once; `run` and `serve`
    /// return when it is over. Told twice, it is told once.
    pub fn shutdown(&self) {
        self.lifecycle.advance(Phase::Stopping);
    }

    /// What the health service answers.
    pub fn health(&self) -> HealthReporter {
        self.lifecycle.health.clone()
    }

    /// How often streams and connections were ended, by cause.
    pub fn counters(&self) -> Counters {
        self.counters.clone()
    }

    /// Looks for new certificates now, not when the interval is over; the answer
    /// is whether there were any. Blocks while the system reads the files.
    ///
    /// # Errors
    ///
    /// If what is there now cannot be used. What there was stays in use.
    #[cfg(feature = "tls")]
    pub fn reload(&self) -> Result<bool, crate::Error> {
        self.security
            .reload()
            .map_err(|error| crate::Error::new("cannot take new certificates", error))
    }

    /// Connections that are open now.
    pub fn connections(&self) -> usize {
        *self.lifecycle.connections.borrow()
    }
}

// === impl Lifecycle ===

impl Lifecycle {
    pub(super) fn new(health: HealthReporter) -> Arc<Lifecycle> {
        Arc::new(Lifecycle {
            phase: watch::Sender::new(Phase::Serving),
            connections: watch::Sender::new(0),
            refused: AtomicUsize::new(0),
            health,
        })
    }

    /// Ready once the phase is this one, or a later one.
    pub(super) async fn reached(self: Arc<Self>, phase: Phase) {
        // The sender lives in `self`: it cannot be gone.
        let _ = self.phase.subscribe().wait_for(|now| *now >= phase).await;
    }

    /// Counts a connection in; `None` if there are `max` already.
    pub(super) fn enter(self: &Arc<Self>, max: usize) -> Option<Guest> {
        let entered = self.connections.send_if_modified(|count| {
            let room = *count < max;
            *count += usize::from(room);
            room
        });
        if !entered {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
        entered.then(|| Guest {
            lifecycle: self.clone(),
        })
    }

    /// How many connections were turned away since this was last asked.
    pub(super) fn take_refused(&self) -> usize {
        self.refused.swap(0, Ordering::Relaxed)
    }

    /// Waits to be told to stop, by a handle or a signal; then takes the server
    /// as far as the point where it accepts no more.
    pub(super) async fn stopping(self: &Arc<Self>, signals: &mut Signals, pre_stop: Duration) {
        if let First::Right(signal) =
            race(self.clone().reached(Phase::Stopping), signals.next()).await
        {
            tracing::info!(signal = signal.name, "told to stop");
        }
        self.advance(Phase::Stopping);
        self.health.drain();
        signals.or_exit(tokio::time::sleep(pre_stop)).await;
    }

    /// Lets the calls end, and cuts what is left of them.
    pub(super) async fn drain(self: &Arc<Self>, signals: &mut Signals, drain: Duration) {
        self.advance(Phase::Draining);
        if signals
            .or_exit(tokio::time::timeout(drain, self.empty()))
            .await
            .is_ok()
        {
            self.advance(Phase::Cut);
            return;
        }
        let cut = *self.connections.borrow();
        tracing::warn!(
            connections = cut,
            "cut connections that did not end in time"
        );
        self.advance(Phase::Cut);
        // A thread that a handler blocks may never notice.
        let _ = signals
            .or_exit(tokio::time::timeout(CUT, self.empty()))
            .await;
    }

    fn advance(&self, phase: Phase) {
        self.phase.send_if_modified(|now| {
            let later = *now < phase;
            *now = phase.max(*now);
            later
        });
    }

    async fn empty(&self) {
        let _ = self
            .connections
            .subscribe()
            .wait_for(|count| *count == 0)
            .await;
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.lifecycle.connections.send_modify(|count| *count -= 1);
    }
}
