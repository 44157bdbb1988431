//! How often a server ended streams and connections, and why.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use scaffold_http2::Cause;

/// Why a server ends what HTTP/2 itself would let go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Own {
    /// More connections than the limit: closed at once.
    ConnectionLimit,
    /// A connection had no call for too long.
    Idle,
    /// A connection is old: no new calls.
    Age,
    /// Its calls had time to end, and did not.
    AgeGrace,
    /// The transport failed, or was closed by the peer.
    Lost,
    /// A TLS handshake failed or took too long.
    Tls,
    /// A handler panicked.
    Panic,
    /// A call had not ended when the drain had.
    Cut,
}

impl Own {
    const ALL: [(Own, &'static str); 8] = [
        (Own::ConnectionLimit, "connection_limit"),
        (Own::Idle, "max_connection_idle"),
        (Own::Age, "max_connection_age"),
        (Own::AgeGrace, "max_connection_age_grace"),
        (Own::Lost, "connection_lost"),
        (Own::Tls, "tls_handshake"),
        (Own::Panic, "handler_panic"),
        (Own::Cut, "drain_cut"),
    ];
}

/// Totals of a server since it was made, by cause: how often it ended a stream
/// or a connection. They only go up. Cheap to clone; all clones show the same.
///
/// The causes of HTTP/2 have the texts of [`scaffold_http2::Cause::text`], which
/// the peer sees as debug data of GOAWAY: `too_many_resets`, `write_stall`,
/// `stream_limit` and so on. The server's own are `connection_limit`,
/// `max_connection_idle`, `max_connection_age`, `max_connection_age_grace`,
/// `connection_lost`, `tls_handshake`, `handler_panic` and `drain_cut`.
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
    http2: [AtomicU64; Cause::ALL.len()],
    own: [AtomicU64; Own::ALL.len()],
}

/// What one connection has added to the totals.
#[derive(Default)]
pub(super) struct Added {
    ended: u64,
    /// Made with the first cause: most connections have none.
    causes: Vec<u64>,
}

// === impl Counters ===

impl Counters {
    pub(super) fn new() -> Counters {
        Counters {
            totals: Arc::new(Totals {
                http2: [const { AtomicU64::new(0) }; Cause::ALL.len()],
                own: [const { AtomicU64::new(0) }; Own::ALL.len()],
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
        let http2 = Cause::ALL.iter().map(|cause| cause.text());
        let own = Own::ALL.iter().map(|(_, name)| *name);
        let totals = self.totals.http2.iter().chain(&self.totals.own);
        http2
            .chain(own)
            .zip(totals.map(|total| total.load(Ordering::Relaxed)))
    }

    pub(super) fn count(&self, own: Own) {
        self.count_many(own, 1);
    }

    pub(super) fn count_many(&self, own: Own, more: u64) {
        if more == 0 {
            return;
        }
        if let Some(at) = Own::ALL.iter().position(|(other, _)| *other == own) {
            self.totals.own[at].fetch_add(more, Ordering::Relaxed);
        }
    }

    /// Adds what a connection has counted since it was last added.
    pub(super) fn add(&self, counters: &scaffold_http2::Counters, added: &mut Added) {
        if counters.ended == added.ended {
            return;
        }
        added.ended = counters.ended;
        added.causes.resize(Cause::ALL.len(), 0);
        for (at, cause) in Cause::ALL.iter().enumerate() {
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
