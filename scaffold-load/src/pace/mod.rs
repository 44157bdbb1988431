//! When each call is handed over: a thread of its own that keeps to the schedule
//! and never skips a call.
//!
//! A timer of the async runtime ticks in milliseconds and waits for a busy
//! thread; both would turn up as latency of the server or, worse, as load that
//! was never sent.

mod ahead;
mod pacer;
mod sleep;

pub(crate) use ahead::Ahead;
pub(crate) use pacer::{Paced, Pacer};
