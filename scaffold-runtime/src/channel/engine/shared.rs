//! A connection as calls and the driver share it.

use std::fmt;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::core::{Core, Settings};

/// A connection that calls share. The driver closes it when the last clone is
/// gone; each call holds one.
#[derive(Clone)]
pub(crate) struct Connection {
    handle: Arc<Handle>,
}

/// All clones of a connection together.
struct Handle {
    shared: Arc<Shared>,
}

/// The connection itself, which the driver holds as well.
pub(crate) struct Shared {
    id: u64,
    peer: String,
    /// Whether a call may be opened, now or later: read without the lock.
    open: AtomicBool,
    core: Mutex<Core>,
}

// === impl Connection ===

impl Connection {
    /// A connection that waits for a [`Driver`](super::Driver).
    pub(super) fn new(id: u64, peer: String, settings: Settings) -> Self {
        let shared = Arc::new(Shared {
            id,
            peer,
            open: AtomicBool::new(true),
            core: Mutex::new(Core::new(settings)),
        });
        Self {
            handle: Arc::new(Handle { shared }),
        }
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.handle.shared
    }

    pub(crate) fn id(&self) -> u64 {
        self.handle.shared.id
    }

    /// Whether a call may be opened, now or later: not after a GOAWAY, a loss,
    /// or the last stream number.
    pub(crate) fn takes_calls(&self) -> bool {
        self.is_open()
    }

    /// How many more streams may be opened now.
    pub(crate) fn streams_left(&self) -> usize {
        self.lock().http.session_ref().streams_left()
    }

    /// Why the connection is over, for people.
    pub(crate) fn why_lost(&self) -> String {
        let core = self.lock();
        let why = core.lost.as_deref();
        let going = || core.calls.going.as_ref().map(|going| &*going.text);
        let text = why.or_else(going).unwrap_or("the connection was closed");
        format!("{text} (peer {})", self.peer())
    }
}

impl Deref for Connection {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.handle.shared
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.with(|core| {
            core.abandoned = true;
            core.stirred = true;
        });
    }
}

// === impl Shared ===

impl Shared {
    pub(crate) fn peer(&self) -> &str {
        &self.peer
    }

    /// The lock alone, for whoever looks after wakers himself.
    pub(super) fn lock(&self) -> MutexGuard<'_, Core> {
        // A message that panics while it is encoded leaves a frame that is
        // taken back: nothing under the lock is left half changed.
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something under the lock, and wakes whom it concerns after.
    #[inline]
    pub(super) fn with<R>(&self, act: impl FnOnce(&mut Core) -> R) -> R {
        let mut core = self.lock();
        let result = act(&mut core);
        core.call_waiting();
        let driver = if core.stirred {
            core.driver.take()
        } else {
            None
        };
        // Rarely any; the memory is the driver's to keep.
        let wakes = match core.calls.wakes.is_empty() {
            true => Vec::new(),
            false => std::mem::take(&mut core.calls.wakes),
        };
        drop(core);
        if let Some(driver) = driver {
            driver.wake();
        }
        for waker in wakes {
            waker.wake();
        }
        result
    }

    pub(super) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// Notes whether calls may be opened.
    pub(super) fn set_open(&self, open: bool) {
        if self.open.load(Ordering::Relaxed) != open {
            self.open.store(open, Ordering::Release);
        }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("id", &self.id())
            .field("peer", &self.peer())
            .finish_non_exhaustive()
    }
}
