//! The server: from a socket to a handler and back.
//!
//! In the order that a request travels: [`listen`] accepts a connection and
//! [`workers`] places it on a core; [`connection`] takes streams off it and
//! polls their calls in [`calls`]; [`exchange`] is one call from head to
//! trailers; [`call`] is what generated code gets, and [`requests`] and [`reply`]
//! are the message streams of it. [`lifecycle`] ends it all in bounded time.

mod admit;
mod answer;
mod builder;
mod builtin;
mod call;
mod calls;
mod config;
mod connection;
mod exchange;
mod guard;
mod head;
mod io;
mod lifecycle;
mod listen;
mod race;
mod reply;
mod requests;
mod router;
mod service;
mod signals;
mod timeout;
mod workers;

pub use builder::{BoundServer, Server};
pub use call::ServerCall;
pub use config::ServerConfig;
pub use lifecycle::ServerHandle;
pub use service::Service;
