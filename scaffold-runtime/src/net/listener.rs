//! A listening socket of any kind.

use std::io;
use std::task::{Context, Poll, ready};

use tokio::net::TcpListener;

use super::network::Kind;
#[cfg(unix)]
use super::unix::{self, SocketFile};
use super::{Io, ListenAddress, MemoryListener, MemoryNetwork, Network};
use crate::Peer;
use crate::peer::PeerAddress;

/// A socket that listens, outside a runtime. Those who connect wait in its
/// backlog.
#[derive(Debug)]
pub(crate) enum Bound {
    Tcp(std::net::TcpListener),
    #[cfg(unix)]
    Unix(std::os::unix::net::UnixListener, Option<SocketFile>),
    Memory(MemoryListener),
}

/// A socket that accepts, inside a runtime.
#[derive(Debug)]
pub(crate) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix {
        listener: tokio::net::UnixListener,
        /// Removes the file at the end.
        _file: Option<SocketFile>,
    },
    Memory(MemoryListener),
}

// === impl Bound ===

impl Bound {
    /// Opens a socket and listens, and tells the address with the port that was
    /// taken. `mode` is for the file of a Unix socket.
    ///
    /// # Errors
    ///
    /// Those of the system, and if the network has no such addresses.
    pub(crate) fn new(
        address: &ListenAddress,
        network: &Network,
        backlog: u32,
        mode: u32,
    ) -> io::Result<(Bound, ListenAddress)> {
        let backlog_or_max = i32::try_from(backlog).unwrap_or(i32::MAX);
        let memory = |listener| Ok((Bound::Memory(listener), address.clone()));
        let limit = backlog as usize;
        match (network.kind(), address) {
            (Kind::Memory(network), ListenAddress::Memory(name)) => {
                memory(network.listen(name, limit)?)
            }
            #[cfg(feature = "sim")]
            (Kind::Sim(host), ListenAddress::Memory(name)) => memory(host.listen(name, limit)?),
            (_, _) if network.is_in_memory() => Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "an in-memory network has only addresses of the form memory:name",
            )),
            (_, ListenAddress::Memory(name)) => {
                memory(MemoryNetwork::of_the_process().listen(name, limit)?)
            }
            (_, ListenAddress::Tcp(wanted)) => {
                let listener = tcp(*wanted, backlog_or_max)?;
                let taken = listener.local_addr()?;
                Ok((Bound::Tcp(listener), taken.into()))
            }
            #[cfg(unix)]
            (_, ListenAddress::Unix(path)) => {
                let (listener, file) = unix::listen(path, mode, backlog_or_max)?;
                Ok((Bound::Unix(listener, Some(file)), address.clone()))
            }
            #[cfg(unix)]
            (_, ListenAddress::UnixAbstract(name)) => {
                let listener = unix::listen_abstract(name, backlog_or_max)?;
                Ok((Bound::Unix(listener, None), address.clone()))
            }
            #[cfg(not(unix))]
            (_, ListenAddress::Unix(_) | ListenAddress::UnixAbstract(_)) => {
                let _ = mode;
                Err(io::Error::new(
                    io::ErrorKind::Unsupported,
                    "this system has no Unix sockets",
                ))
            }
        }
    }
}

fn tcp(address: std::net::SocketAddr, backlog: i32) -> io::Result<std::net::TcpListener> {
    use socket2::{Domain, Protocol, Socket, Type};

    let domain = Domain::for_address(address);
    let socket = Socket::new(domain, Type::STREAM, Some(Protocol::TCP))?;
    // A restart must not wait for the old connections' TIME_WAIT.
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(backlog)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

// === impl Listener ===

impl Listener {
    /// Must be called inside the runtime that will accept.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub(crate) fn new(bound: Bound) -> io::Result<Listener> {
        Ok(match bound {
            Bound::Tcp(listener) => Listener::Tcp(TcpListener::from_std(listener)?),
            #[cfg(unix)]
            Bound::Unix(listener, file) => Listener::Unix {
                listener: tokio::net::UnixListener::from_std(listener)?,
                _file: file,
            },
            Bound::Memory(listener) => Listener::Memory(listener),
        })
    }

    /// The next connection, and who is at its other end.
    pub(crate) fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(Io, Peer)>> {
        let (io, address) = match self {
            Listener::Tcp(listener) => {
                let (stream, address) = ready!(listener.poll_accept(cx))?;
                (Io::Tcp(stream), PeerAddress::Tcp(address))
            }
            #[cfg(unix)]
            Listener::Unix { listener, .. } => {
                let (stream, address) = ready!(listener.poll_accept(cx))?;
                let path = address.as_pathname().map(Into::into);
                (Io::Unix(stream), PeerAddress::Unix(path))
            }
            Listener::Memory(listener) => {
                let stream = ready!(listener.poll_accept(cx));
                (Io::Memory(stream), PeerAddress::Memory)
            }
        };
        Poll::Ready(Ok((io, Peer::new(address))))
    }
}
