//! One connection: how it is made, how calls use it, and what keeps it alive.

use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::ChannelConfig;
use super::dial::Dialer;
use super::keepalive::Keepalive;
use super::upload::Upload;
use crate::net::Io;
use crate::transport::client::{
    self, Driver, Fault, FaultKind, Opener, PendingResponse, RequestBody,
};
use crate::{Metadata, Peer};

/// A connection that calls share. Each call holds a clone, so that the number
/// of clones tells how many calls there are, and the connection stays as long
/// as one of them needs it.
#[derive(Clone)]
pub(crate) struct Connection {
    inner: Arc<Inner>,
}

struct Inner {
    id: u64,
    peer: Peer,
    opener: Opener,
    /// Counts streams, so that idleness can be told from use between two looks.
    opened: AtomicU64,
    /// Why we ended the connection, where the calls on it could not know.
    ended: OnceLock<String>,
    outbox: Mutex<Outbox>,
}

/// Request streams that have gathered messages for the next time the connection
/// is polled, and what gets it polled.
#[derive(Default)]
struct Outbox {
    uploads: Vec<Weak<Upload>>,
    driver: Option<Waker>,
}

/// What the connector keeps: moves the connection's bytes while it is polled.
pub(super) struct ConnectionDriver {
    driver: Driver<Io>,
    inner: Weak<Inner>,
    keepalive: Option<Keepalive>,
    idle_timeout: Duration,
}

/// Makes a connection within the connect timeout; the error is for people.
pub(super) async fn connect(
    dialer: &Dialer,
    config: &ChannelConfig,
    id: u64,
    doublings: u32,
) -> Result<(Connection, ConnectionDriver), String> {
    let limit = config.connect_timeout;
    let begun = tokio::time::Instant::now();
    let (socket, peer) = dialer.dial(limit).await?;
    let greet = async {
        let (opener, mut driver) =
            client::handshake(socket, dialer.authority(), &config.transport()).await?;
        poll_fn(|cx| driver.poll_settled(cx)).await?;
        Ok::<_, Fault>((opener, driver))
    };
    let (opener, driver) = match tokio::time::timeout_at(begun + limit, greet).await {
        Ok(Ok(made)) => made,
        Ok(Err(fault)) => {
            return Err(format!(
                "{peer} does not answer as an HTTP/2 server: {fault}"
            ));
        }
        Err(_) => {
            return Err(format!(
                "{peer} did not answer as an HTTP/2 server within {limit:?}"
            ));
        }
    };
    let inner = Arc::new(Inner {
        id,
        peer,
        opener,
        opened: AtomicU64::new(0),
        ended: OnceLock::new(),
        outbox: Mutex::default(),
    });
    let driver = ConnectionDriver {
        driver,
        inner: Arc::downgrade(&inner),
        keepalive: config
            .keepalive
            .as_ref()
            .map(|config| Keepalive::new(config, doublings)),
        idle_timeout: config.idle_timeout,
    };
    Ok((Connection { inner }, driver))
}

// === impl Connection ===

impl Connection {
    pub(crate) fn id(&self) -> u64 {
        self.inner.id
    }

    pub(super) fn takes_calls(&self) -> bool {
        self.inner.opener.takes_calls()
    }

    pub(crate) fn open(
        &self,
        path: &'static str,
        metadata: Metadata,
        ended: bool,
    ) -> Result<(RequestBody, PendingResponse), Fault> {
        self.inner.opened.fetch_add(1, Ordering::Relaxed);
        self.inner.opener.open(path, metadata, ended)
    }

    /// Flushes `upload` when the connection is polled next, which is soon.
    pub(super) fn flush_soon(&self, upload: Weak<Upload>) {
        let mut outbox = self.inner.outbox();
        outbox.uploads.push(upload);
        if let Some(driver) = outbox.driver.take() {
            driver.wake();
        }
    }

    /// A fault of this connection, told with the peer and what we know of the end.
    pub(crate) fn explain(&self, fault: &Fault) -> String {
        let text = match self.inner.ended.get() {
            Some(ended) if fault.kind == FaultKind::Connection => ended,
            _ => &fault.text,
        };
        format!("{text} (peer {})", self.inner.peer)
    }
}

// === impl Inner ===

impl Inner {
    fn outbox(&self) -> MutexGuard<'_, Outbox> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("id", &self.inner.id)
            .field("peer", &self.inner.peer)
            .finish()
    }
}

// === impl ConnectionDriver ===

impl ConnectionDriver {
    /// Runs until the connection is gone. `idle` is called when it has had no
    /// call for the idle timeout, and should take it out of use: the connection
    /// closes when the last handle is gone, never under a call.
    ///
    /// The answer is whether the server complained of too many pings.
    pub(super) async fn run(mut self, idle: impl Fn()) -> bool {
        let mut seen = 0;
        let sleep = tokio::time::sleep(self.idle_timeout);
        let mut sleep = std::pin::pin!(sleep);
        let fault = poll_fn(|cx| {
            self.flush(cx);
            if let Poll::Ready(result) = self.driver.poll_closed(cx) {
                return Poll::Ready(result.err());
            }
            while sleep.as_mut().poll(cx).is_ready() {
                let opened = self
                    .inner
                    .upgrade()
                    .map(|inner| inner.opened.load(Ordering::Relaxed));
                if opened == Some(seen) && self.calls() == 0 {
                    idle();
                }
                seen = opened.unwrap_or(seen);
                sleep.as_mut().reset(
                    tokio::time::Instant::now() + self.idle_timeout.max(Duration::from_millis(1)),
                );
            }
            self.poll_keepalive(cx).map(Some)
        })
        .await;
        let text = match &fault {
            Some(fault) => fault.text.clone(),
            None => "the connection was closed".to_owned(),
        };
        tracing::debug!(%text, "connection lost");
        if let Some(inner) = self.inner.upgrade() {
            let _ = inner.ended.set(text);
        }
        let Some(fault) = fault else { return false };
        fault.kind == FaultKind::GoneAway && fault.text.contains("too_many_pings")
    }

    fn flush(&self, cx: &Context<'_>) {
        let Some(inner) = self.inner.upgrade() else {
            return;
        };
        let uploads = {
            let mut outbox = inner.outbox();
            outbox.driver = Some(cx.waker().clone());
            std::mem::take(&mut outbox.uploads)
        };
        for upload in uploads {
            upload.upgrade().inspect(|upload| upload.flush());
        }
    }

    /// The calls under way: all handles but the link's own.
    fn calls(&self) -> usize {
        self.inner.strong_count().saturating_sub(1)
    }

    fn poll_keepalive(&mut self, cx: &mut Context<'_>) -> Poll<Fault> {
        let calls = self.calls();
        match &mut self.keepalive {
            Some(keepalive) => keepalive.poll_lost(&mut self.driver, calls, cx),
            None => Poll::Pending,
        }
    }
}
