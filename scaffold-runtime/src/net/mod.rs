//! What a connection runs over: TCP, Unix sockets, and memory.
//!
//! A server listens on a [`ListenAddress`]; a channel dials a target. Both speak
//! HTTP/2 over whatever comes of it, and know nothing of the kind.
//! [`MemoryNetwork`] carries connections inside the process, for tests without a
//! port; [`Network`] says which of the networks a server or a channel is on.

mod address;
mod detached;
mod io;
mod listener;
mod memory;
mod network;
mod pipe;
#[cfg(unix)]
mod unix;

pub use address::{ListenAddress, ListenAddressError};
pub(crate) use detached::Detached;
pub(crate) use io::Io;
pub(crate) use listener::{Bound, Listener};
pub use memory::{MemoryListener, MemoryNetwork};
pub(crate) use network::Kind;
pub use network::Network;
pub use pipe::MemoryStream;
#[cfg(unix)]
pub(crate) use unix::socket_path;
