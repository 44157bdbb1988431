//! The highest rate that holds the objectives: doubled until it does not, halved
//! in between, and confirmed.

mod find;
mod result;

pub use find::Searching;
pub(crate) use find::search;
pub use result::{Probe, Search};
