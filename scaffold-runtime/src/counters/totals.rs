//! `Counters`: the totals of a server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use scaffold_http2::Cause as Http2Cause;

use super::Cause;
use crate::Status;

/// Totals of a server since it was made, by cause: how often it refused a call,
/// or ended a stream or a connection. They only go up. Cheap to clone; all clones
/// show the same.
///
/// The causes of HTTP/2 have the texts of [`scaffold_http2::Cause::text`], which
/// the peer sees as debug data of GOAWAY: `too_many_resets`, `write_stall`,
/// `stream_limit` and so on. The server's own are about connections
/// (`connection_limit`, `max_connection_age`, `tls_handshake`), and about calls
/// (`message_too_large`, `bad_timeout`, `deadline_exceeded`, `handler_panic`): a
/// call that is refused counts once, by what it was refused for, and only if that
/// is what its client was told. docs/hostile-inputs.md lists them all.
///
/// ```
/// use scaffold_runtime::{Server, ServerConfig};
///
/// # fn main() -> Result<(), scaffold_runtime::Error> {
/// let address = "127.0.0.1:0".parse().expect("an address");
/// let server = Server::new(ServerConfig { address, ..Default::default() }).bind()?;
/// let counters = server.handle().counters();
/// assert_eq!(counters.get("too_many_resets"), 0);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Counters {
    totals: Arc<Totals>,
}

struct Totals {
    http2: [AtomicU64; Http2Cause::ALL.len()],
    own: [AtomicU64; Cause::ALL.len()],
}

/// What one connection has added to the totals.
#[derive(Default)]
pub(crate) struct Added {
    ended: u64,
    /// Made with the first cause: most connections have none.
    causes: Vec<u64>,
}

// === impl Counters ===

impl Counters {
    pub(crate) fn new() -> Counters {
        Counters {
            totals: Arc::new(Totals {
                http2: [const { AtomicU64::new(0) }; Http2Cause::ALL.len()],
                own: [const { AtomicU64::new(0) }; Cause::ALL.len()],
            }),
        }
    }

    /// The total of a cause; 0 for one that does not exist.
    pub fn get(&self, cause: &str) -> u64 {
        self.iter()
            .find(|(name, _)| *name == cause)
            .map_or(0, |(_, total)| total)
    }

    /// All causes with their totals, those that never happened too.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, u64)> + '_ {
        let http2 = Http2Cause::ALL.iter().map(|cause| cause.text());
        let own = Cause::ALL.iter().copied();
        let totals = self.totals.http2.iter().chain(&self.totals.own);
        http2
            .chain(own)
            .zip(totals.map(|total| total.load(Ordering::Relaxed)))
    }

    pub(crate) fn count(&self, cause: Cause) {
        self.count_many(cause, 1);
    }

    pub(crate) fn count_many(&self, cause: Cause, more: u64) {
        if more > 0 {
            self.totals.own[cause as usize].fetch_add(more, Ordering::Relaxed);
        }
    }

    /// Counts a call that ends with this status, by what it was refused for, if
    /// the status comes from a refusal.
    pub(crate) fn count_status(&self, status: &Status) {
        if let Some(cause) = status.cause() {
            self.count(cause);
        }
        if status.is_cut() {
            self.count(Cause::StatusCut);
        }
    }

    /// Adds what a connection has counted since it was last added.
    pub(crate) fn add(&self, counters: &scaffold_http2::Counters, added: &mut Added) {
        if counters.ended == added.ended {
            return;
        }
        added.ended = counters.ended;
        added.causes.resize(Http2Cause::ALL.len(), 0);
        for (at, cause) in Http2Cause::ALL.iter().enumerate() {
            let now = counters.of(*cause);
            let more = now - std::mem::replace(&mut added.causes[at], now);
            if more > 0 {
                self.totals.http2[at].fetch_add(more, Ordering::Relaxed);
            }
        }
    }
}

impl std::fmt::Debug for Counters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let happened = self.iter().filter(|(_, total)| *total > 0);
        f.debug_map().entries(happened).finish()
    }
}
