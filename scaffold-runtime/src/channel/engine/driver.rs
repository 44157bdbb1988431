//! What moves a connection's bytes: one task per connection.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, Sleep};

use super::buffers::Buffers;
use super::core::Settings;
use super::shared::{Connection, Shared};

/// Turns in one poll: then other tasks of the runtime have theirs.
const TURNS: usize = 8;

/// How long the last words may take to be written.
const FAREWELL: Duration = Duration::from_secs(5);

/// The connection's side towards the transport. Nothing moves unless it is
/// polled.
pub(crate) struct Driver<IO> {
    pub(super) io: IO,
    pub(super) shared: Arc<Shared>,
    pub(super) buffers: Buffers,
    pub(super) idle: Idle,
    sleep: Pin<Box<Sleep>>,
    /// When `sleep` ends; `None` when it has.
    armed: Option<Instant>,
    /// By when a connection that is over must be closed.
    close_by: Option<Instant>,
}

/// Finds out that a connection is not used.
pub(super) struct Idle {
    timeout: Duration,
    /// When to look next.
    pub(super) next: Instant,
    /// How many calls there had been at the last look.
    pub(super) seen: u64,
    /// Nobody used it since the last look, and nobody was told yet.
    pub(super) found: bool,
}

/// What a turn leaves to do.
pub(super) enum Turn {
    /// Another one at once.
    Again,
    /// Nothing before the transport, a call or this time.
    Sleep(Instant),
    /// The connection is closed.
    Closed,
}

// === impl Driver ===

impl<IO: AsyncRead + AsyncWrite + Unpin> Driver<IO> {
    /// Both ends of a new connection on this transport. A connection without
    /// a call for `idle` is reported as such by [`run`](Self::run).
    pub(crate) fn new(
        io: IO,
        id: u64,
        peer: String,
        settings: Settings,
        idle: Duration,
    ) -> (Connection, Self) {
        let connection = Connection::new(id, peer, settings);
        let now = Instant::now();
        let idle = idle.clamp(Duration::from_millis(1), YEAR);
        let driver = Self {
            io,
            shared: connection.shared().clone(),
            buffers: Buffers::default(),
            idle: Idle {
                timeout: idle,
                next: now + idle,
                seen: 0,
                found: false,
            },
            sleep: Box::pin(tokio::time::sleep_until(now)),
            armed: None,
            close_by: None,
        };
        (connection, driver)
    }

    /// Drives until the peer's SETTINGS are here: only then is it an HTTP/2
    /// server that takes calls, and its limit of streams known. The error is
    /// for people.
    pub(crate) async fn settle(&mut self) -> Result<(), String> {
        std::future::poll_fn(|cx| {
            let closed = self.poll_closed(cx).is_ready();
            let core = self.shared.lock();
            match &core.lost {
                Some(why) => Poll::Ready(Err(why.clone())),
                None if core.calls.settled => Poll::Ready(Ok(())),
                None if closed => Poll::Ready(Err("the connection was closed".to_owned())),
                None => Poll::Pending,
            }
        })
        .await
    }

    /// Drives until the connection is closed. `retire` is called when it takes
    /// no more calls or is not used, and should take it out of use: it closes
    /// when the last call is over, never under one.
    ///
    /// The answer is whether the server complained of too many pings.
    pub(crate) async fn run(mut self, retire: impl Fn()) -> bool {
        let mut retired = false;
        std::future::poll_fn(|cx| {
            let closed = self.poll_closed(cx);
            let idle = std::mem::take(&mut self.idle.found);
            if !retired && (idle || !self.shared.is_open()) {
                retired = true;
                retire();
            }
            closed
        })
        .await;
        let core = self.shared.lock();
        let why = core.lost.as_deref().unwrap_or("closed");
        tracing::debug!(peer = self.shared.peer(), why, "connection over");
        let going = core.calls.going.as_ref();
        going.is_some_and(|going| going.too_many_pings)
    }

    fn poll_closed(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.buffers.blocked = false;
        for _ in 0..TURNS {
            match self.turn(cx) {
                Turn::Again => {}
                Turn::Closed => return Poll::Ready(()),
                Turn::Sleep(until) => {
                    // A timer that ends too early costs one look; setting it
                    // for each frame would cost more.
                    if self.armed.is_none_or(|armed| until < armed) {
                        self.armed = Some(until);
                        self.sleep.as_mut().reset(until);
                    }
                    if self.sleep.as_mut().poll(cx).is_pending() {
                        return Poll::Pending;
                    }
                    self.armed = None;
                }
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// When the time for the last words is over.
    pub(super) fn close_by(&mut self, now: Instant) -> Instant {
        *self.close_by.get_or_insert(now + FAREWELL)
    }
}

/// Longer than any timer has to be.
const YEAR: Duration = Duration::from_secs(365 * 86_400);

impl<IO> Drop for Driver<IO> {
    fn drop(&mut self) {
        self.shared.set_open(false);
        self.shared
            .with(|core| core.lose("the connection was closed".to_owned()));
    }
}

// === impl Idle ===

impl Idle {
    /// Looks whether the connection was used since the last look.
    pub(super) fn look(&mut self, now: Instant, opened: u64, busy: bool) {
        if now < self.next {
            return;
        }
        self.found = !busy && opened == self.seen;
        self.seen = opened;
        self.next = now + self.timeout;
    }
}

impl<IO> std::fmt::Debug for Driver<IO> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Driver")
            .field("peer", &self.shared.peer())
            .finish_non_exhaustive()
    }
}
