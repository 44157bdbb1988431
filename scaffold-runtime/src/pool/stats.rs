//! What the pool did, in the whole process.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

static HITS: AtomicU64 = AtomicU64::new(0);
static MISSES: AtomicU64 = AtomicU64::new(0);
static OUTSTANDING: AtomicUsize = AtomicUsize::new(0);
static HIGH_WATER: AtomicUsize = AtomicUsize::new(0);

/// Counters of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Buffers that were taken from a free list.
    pub hits: u64,
    /// Buffers that were allocated.
    pub misses: u64,
    /// Bytes of buffers in use now. At rest, what is left here leaked.
    pub outstanding_bytes: usize,
    /// The most bytes that were in use at once.
    pub high_water_bytes: usize,
}

/// The counters now.
pub fn stats() -> Stats {
    Stats {
        hits: HITS.load(Ordering::Relaxed),
        misses: MISSES.load(Ordering::Relaxed),
        outstanding_bytes: OUTSTANDING.load(Ordering::Relaxed),
        high_water_bytes: HIGH_WATER.load(Ordering::Relaxed),
    }
}

pub(super) fn taken(capacity: usize, hit: bool) {
    if hit { &HITS } else { &MISSES }.fetch_add(1, Ordering::Relaxed);
    let now = OUTSTANDING.fetch_add(capacity, Ordering::Relaxed) + capacity;
    // Read first: the mark moves rarely, and a write would move the line.
    if now > HIGH_WATER.load(Ordering::Relaxed) {
        HIGH_WATER.fetch_max(now, Ordering::Relaxed);
    }
}

pub(super) fn given_back(capacity: usize) {
    OUTSTANDING.fetch_sub(capacity, Ordering::Relaxed);
}
