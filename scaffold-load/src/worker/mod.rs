//! A thread that makes calls: a runtime of its own, connections of its own, a
//! record of its own.

mod bidi;
mod calls;
mod connect;
mod context;
mod due;
mod lanes;
mod queue;
mod slab;
mod streams;
mod thread;
mod turns;

pub(crate) use connect::{Connector, metadata};
pub(crate) use due::{Due, Trace};
pub(crate) use queue::Queue;
pub(crate) use thread::{Go, Worker};
