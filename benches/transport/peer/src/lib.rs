//! What every measured server in Rust shares: an allocator that counts when
//! asked, and the control line by which the harness talks to it.
//!
//! A server prints `port N`, then lives until its stdin closes. A line `stats`
//! on stdin is answered with `allocations N bytes N`.

pub mod client;
mod control;
mod counting;
mod env;

pub use control::{announce, control};
pub use counting::Counting;
pub use env::{method, workers};
