//! A connection on its way to another thread.

use std::io;

use super::{Io, MemoryStream};

/// A connection outside a runtime. A socket belongs to the runtime that it was
/// made in, and must be taken out of it before another can have it.
#[derive(Debug)]
pub(crate) enum Detached {
    Tcp(std::net::TcpStream),
    #[cfg(unix)]
    Unix(std::os::unix::net::UnixStream),
    Memory(MemoryStream),
}

// === impl Detached ===

impl Detached {
    /// Takes a connection out of its runtime.
    ///
    /// # Errors
    ///
    /// Those of the system.
    pub(crate) fn new(io: Io) -> io::Result<Detached> {
        Ok(match io {
            Io::Tcp(stream) => Detached::Tcp(stream.into_std()?),
            #[cfg(unix)]
            Io::Unix(stream) => Detached::Unix(stream.into_std()?),
            Io::Memory(stream) => Detached::Memory(stream),
            // The handshake is made where the connection is served.
            #[cfg(feature = "tls")]
            Io::Tls(_) => return Err(io::ErrorKind::Unsupported.into()),
        })
    }

    /// Puts it into the runtime of the caller.
    ///
    /// # Errors
    ///
    /// Those of the system; EMFILE among them on systems where a runtime needs a
    /// descriptor for each socket.
    pub(crate) fn attach(self) -> io::Result<Io> {
        Ok(match self {
            Detached::Tcp(stream) => Io::Tcp(tokio::net::TcpStream::from_std(stream)?),
            #[cfg(unix)]
            Detached::Unix(stream) => Io::Unix(tokio::net::UnixStream::from_std(stream)?),
            Detached::Memory(stream) => Io::Memory(stream),
        })
    }
}
