//! Buffers that are used again, and the budget that bounds them.
//!
//! Each thread has a free list for each size class, so that taking a buffer
//! costs neither a lock nor an allocation in the steady state. A list has a
//! ceiling: what comes back beyond it goes to the allocator. A buffer that is
//! freed on another thread joins the lists of that thread.

mod budget;
mod buffer;
mod classes;
mod stats;

pub use stats::{Stats, stats};

pub(crate) use budget::{Budget, Charge};
#[cfg(feature = "tower")]
pub(crate) use buffer::charged;
pub(crate) use buffer::{Buffer, take};
pub(crate) use classes::KEPT;
