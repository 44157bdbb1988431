//! What a connection runs over: TCP, Unix sockets, and memory.
//!
//! A server listens on a [`ListenAddress`]; a channel dials a target. Both speak
//! HTTP/2 over whatever comes of it, and know nothing of the kind.
//! [`MemoryNetwork`] carries connections inside the process, for tests without a
//! port; [`Network`] says which of the networks a server or a channel is on.
//! With the feature `tls` each of them carries TLS; with the feature `sim` there is
//! a `SimNetwork`, which delays and breaks connections on command.

mod address;
mod detached;
mod io;
mod listener;
mod memory;
mod network;
mod pipe;
mod security;
#[cfg(feature = "sim")]
mod sim;
#[cfg(feature = "tls")]
mod tls;
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
pub(crate) use security::{ClientSecurity, ServerSecurity};
#[cfg(feature = "sim")]
pub use sim::{LinkConfig, SimEvent, SimEventKind, SimHost, SimNetwork};
#[cfg(feature = "tls")]
pub use tls::{ClientAuth, ClientIdentity, ClientTls, Pem, ServerTls, TlsVersion};
#[cfg(unix)]
pub(crate) use unix::socket_path;
