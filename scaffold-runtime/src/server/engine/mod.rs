//! Events of a connection as calls, and calls as frames.
//!
//! Everything here happens while the connection's task is polled: a request
//! that is complete is answered where it is found, and its answer stands in
//! the output before the next request is looked at.

mod begin;
mod events;
mod state;

pub(super) use state::Engine;
