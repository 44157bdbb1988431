//! The client's end of a connection: targets, connecting, and calls on the wire.

mod answer;
mod backoff;
mod config;
mod connection;
mod dial;
mod engine;
mod handle;
mod head;
mod link;
mod open;
mod receive;
pub(crate) mod runtime;
mod state;
mod target;
mod unary;
mod upload;

pub use backoff::BackoffConfig;
pub use config::{ChannelConfig, KeepaliveConfig};
pub(crate) use engine::Prepared;
pub use handle::Channel;
pub(crate) use head::deadline_exceeded;
pub(crate) use receive::{Receiver, Requests};
pub(crate) use runtime::sleep_until;
pub use state::ConnectivityState;
pub(crate) use upload::{Over, Upload};
