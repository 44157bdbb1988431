//! The server: from a socket to a handler and back.
//!
//! In the order that a request travels: [`listen`] accepts a connection and
//! [`workers`] places it on a core; [`secure`] shakes hands, [`connection`] serves
//! it, [`transport`] moves its bytes, and [`engine`] makes calls of its streams and
//! frames of their answers. [`calls`] holds those that are not ready, [`exchange`] is one call,
//! and [`call`] is what generated code gets of it. [`lifecycle`] ends it all in
//! bounded time.

mod answer;
mod builder;
mod builtin;
mod call;
mod calls;
mod clock;
mod coding;
mod config;
mod connection;
mod crowd;
mod end;
mod engine;
mod exchange;
mod farewell;
mod guard;
mod head;
mod heads;
mod lifecycle;
mod linger;
mod listen;
mod memory;
mod pace;
mod race;
mod ready;
mod request_head;
mod requests;
mod router;
mod scratch;
mod secure;
mod service;
mod signals;
mod streams;
mod timeout;
#[cfg(feature = "tower")]
pub mod tower;
mod transport;
#[cfg(test)]
mod transport_tests;
mod turn;
mod unary;
mod workers;

pub use builder::{BoundServer, Server};
pub use call::ServerCall;
pub use config::ServerConfig;
pub use lifecycle::ServerHandle;
pub use memory::{CallBound, ConnectionBound, MemoryBound, ProcessBound};
pub use service::{NamedService, Service};
#[cfg(feature = "tonic")]
pub(crate) use timeout::parse as parse_timeout;
