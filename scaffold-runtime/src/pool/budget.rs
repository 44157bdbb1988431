//! How many bytes of requests, or of responses, may be held in a whole server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A number of bytes that many users share. Lock-free.
#[derive(Debug)]
pub(crate) struct Budget {
    limit: usize,
    used: AtomicUsize,
}

/// One user's part of a budget; given back on drop.
#[derive(Debug)]
pub(crate) struct Charge {
    budget: Option<Arc<Budget>>,
    bytes: usize,
}

// === impl Budget ===

impl Budget {
    pub(crate) fn new(limit: usize) -> Budget {
        Budget {
            limit,
            used: AtomicUsize::new(0),
        }
    }

    /// Bytes in use.
    #[cfg(test)]
    pub(crate) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Takes bytes; says whether there were so many.
    pub(crate) fn take(&self, bytes: usize) -> bool {
        let taken = |used: usize| used.checked_add(bytes).filter(|&sum| sum <= self.limit);
        self.used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken)
            .is_ok()
    }

    /// Gives bytes back that were [taken](Budget::take).
    pub(crate) fn give(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }
}

// === impl Charge ===

impl Charge {
    /// Nothing yet. Without a budget, anything fits.
    pub(crate) fn new(budget: Option<Arc<Budget>>) -> Charge {
        Charge { budget, bytes: 0 }
    }

    /// Takes more; says whether it fits.
    pub(crate) fn add(&mut self, bytes: usize) -> bool {
        let Some(budget) = &self.budget else {
            return true;
        };
        let fits = budget.take(bytes);
        if fits {
            self.bytes += bytes;
        }
        fits
    }

    /// `bytes` of a budget; `None` if they do not fit.
    pub(crate) fn of(budget: &Arc<Budget>, bytes: usize) -> Option<Charge> {
        let mut charge = Charge::new(Some(budget.clone()));
        charge.add(bytes).then_some(charge)
    }

    /// Gives all back.
    pub(crate) fn release(&mut self) {
        if let Some(budget) = &self.budget
            && self.bytes > 0
        {
            budget.give(std::mem::take(&mut self.bytes));
        }
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.release();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_up_to_the_limit_and_gives_back() {
        let budget = Arc::new(Budget::new(10));
        let mut charge = Charge::new(Some(budget.clone()));
        assert!(charge.add(4) && charge.add(6) && !charge.add(1) && !charge.add(usize::MAX));
        assert_eq!(budget.used(), 10);
        charge.release();
        assert_eq!(budget.used(), 0);
        assert!(charge.add(3));
        drop(charge);
        assert_eq!(budget.used(), 0);
    }
}
