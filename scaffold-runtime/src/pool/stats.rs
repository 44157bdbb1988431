//! What the pool did, in the whole process.
//!
//! Each thread counts for itself, in memory that no other thread writes: a
//! counter that all threads share would be the one thing on the call path that
//! cores fight for.

use std::cell::OnceCell;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Counters of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stats {
    /// Buffers that were taken from a free list.
    pub hits: u64,
    /// Buffers that were allocated.
    pub misses: u64,
    /// Bytes of buffers in use now. At rest, what is left here leaked.
    pub outstanding_bytes: usize,
    /// The most bytes that were in use at once, summed over the threads: no less
    /// than the process ever had, where buffers stay on their thread.
    pub high_water_bytes: usize,
}

/// The counters of one thread. Only that thread writes.
#[derive(Debug, Default)]
struct Counters {
    hits: AtomicU64,
    misses: AtomicU64,
    /// Below zero on a thread that gives back what others took.
    outstanding: AtomicI64,
    high_water: AtomicI64,
}

/// The counters of all threads that ever used the pool.
static ALL: Mutex<Vec<Arc<Counters>>> = Mutex::new(Vec::new());

/// Bytes given back by threads that were ending.
static LATE: AtomicI64 = AtomicI64::new(0);

thread_local! {
    static OWN: OnceCell<Arc<Counters>> = const { OnceCell::new() };
}

/// The counters now.
pub fn stats() -> Stats {
    let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    let sum = all.iter().fold(Sum::default(), Sum::add);
    // What threads that are gone have counted stays, in one entry.
    if all.iter().any(|counters| Arc::strong_count(counters) == 1) {
        let (gone, here): (Vec<_>, Vec<_>) = all
            .drain(..)
            .partition(|counters| Arc::strong_count(counters) == 1);
        *all = here;
        all.push(Arc::new(gone.iter().fold(Sum::default(), Sum::add).into()));
    }
    let outstanding = sum.outstanding - LATE.load(Ordering::Relaxed);
    Stats {
        hits: sum.hits,
        misses: sum.misses,
        outstanding_bytes: usize::try_from(outstanding).unwrap_or(0),
        high_water_bytes: usize::try_from(sum.high_water).unwrap_or(0),
    }
}

pub(super) fn taken(capacity: usize, hit: bool) {
    let _ = own(|counters| {
        let counter = if hit {
            &counters.hits
        } else {
            &counters.misses
        };
        counter.store(counter.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        let now = counters.outstanding.load(Ordering::Relaxed) + capacity as i64;
        counters.outstanding.store(now, Ordering::Relaxed);
        if now > counters.high_water.load(Ordering::Relaxed) {
            counters.high_water.store(now, Ordering::Relaxed);
        }
    });
}

pub(super) fn given_back(capacity: usize) {
    let counted = own(|counters| {
        let now = counters.outstanding.load(Ordering::Relaxed) - capacity as i64;
        counters.outstanding.store(now, Ordering::Relaxed);
    });
    if !counted {
        LATE.fetch_add(capacity as i64, Ordering::Relaxed);
    }
}

/// `false` on a thread that is ending and has no counters any more.
fn own(count: impl FnOnce(&Counters)) -> bool {
    let counted = OWN.try_with(|own| {
        count(own.get_or_init(|| {
            let counters = Arc::<Counters>::default();
            let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
            all.push(counters.clone());
            counters
        }));
    });
    counted.is_ok()
}

/// What several threads have counted.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    hits: u64,
    misses: u64,
    outstanding: i64,
    high_water: i64,
}

// === impl Sum ===

impl Sum {
    fn add(self, counters: &Arc<Counters>) -> Sum {
        Sum {
            hits: self.hits + counters.hits.load(Ordering::Relaxed),
            misses: self.misses + counters.misses.load(Ordering::Relaxed),
            outstanding: self.outstanding + counters.outstanding.load(Ordering::Relaxed),
            high_water: self.high_water + counters.high_water.load(Ordering::Relaxed),
        }
    }
}

impl From<Sum> for Counters {
    fn from(sum: Sum) -> Counters {
        Counters {
            hits: sum.hits.into(),
            misses: sum.misses.into(),
            outstanding: sum.outstanding.into(),
            high_water: sum.high_water.into(),
        }
    }
}
