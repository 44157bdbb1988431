//! How often a server ended calls and connections, and why.

mod cause;
mod totals;

pub(crate) use cause::Cause;
pub(crate) use totals::Added;
pub use totals::Counters;
