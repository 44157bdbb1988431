//! Connections inside the process, by name.

use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

use super::MemoryStream;

/// Bytes that a connection holds in each direction; a socket on Linux begins
/// with about as many.
pub(super) const CAPACITY: usize = 64 << 10;

/// A network that is memory: servers listen on names, channels connect to them,
/// and nothing outside the process takes part. Cheap to clone; clones are the
/// same network.
///
/// ```
/// use scaffold_runtime::net::MemoryNetwork;
/// use scaffold_runtime::{Channel, ChannelConfig, Server, ServerConfig};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let network = MemoryNetwork::new();
/// let server = Server::new(ServerConfig {
///     address: "memory:users".parse()?,
///     ..Default::default()
/// })
/// // .add_service(UserServiceServer::new(UserServiceHandler::default()))
/// .network(&network)
/// .bind()?;
/// let (handle, serving) = (server.handle(), tokio::spawn(server.serve()));
///
/// let channel = Channel::with_network("memory:users", ChannelConfig::default(), &network)?;
/// channel.ready().await?;
/// // let users = UserServiceClient::new(channel);
///
/// handle.shutdown();
/// serving.await.unwrap()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
///
/// Servers and channels that are given no network share one of the process for
/// `memory:` addresses, so that a name in a configuration file is enough.
#[derive(Clone, Debug, Default)]
pub struct MemoryNetwork {
    names: Arc<Mutex<BTreeMap<String, Weak<Backlog>>>>,
}

/// Takes the connections to one name. Dropped, it gives the name back.
#[derive(Debug)]
pub struct MemoryListener {
    name: String,
    network: MemoryNetwork,
    backlog: Arc<Backlog>,
}

/// Connections that were made and not taken yet.
#[derive(Debug)]
struct Backlog {
    waiting: Mutex<Waiting>,
    limit: usize,
}

#[derive(Debug, Default)]
struct Waiting {
    streams: VecDeque<MemoryStream>,
    acceptor: Option<Waker>,
}

// === impl MemoryNetwork ===

impl MemoryNetwork {
    /// A network of its own.
    pub fn new() -> MemoryNetwork {
        MemoryNetwork::default()
    }

    /// The one that all share who have none of their own.
    pub(crate) fn of_the_process() -> &'static MemoryNetwork {
        static NETWORK: OnceLock<MemoryNetwork> = OnceLock::new();
        NETWORK.get_or_init(MemoryNetwork::new)
    }

    /// Takes a name; up to `backlog` connections wait to be accepted.
    ///
    /// # Errors
    ///
    /// `AddrInUse` if somebody has it.
    pub fn listen(&self, name: &str, backlog: usize) -> io::Result<MemoryListener> {
        let mut names = self.names();
        if names
            .get(name)
            .is_some_and(|taken| taken.strong_count() > 0)
        {
            return Err(io::Error::new(
                io::ErrorKind::AddrInUse,
                "another listener of this network has the name",
            ));
        }
        let backlog = Arc::new(Backlog {
            waiting: Mutex::default(),
            limit: backlog.max(1),
        });
        names.insert(name.to_owned(), Arc::downgrade(&backlog));
        Ok(MemoryListener {
            name: name.to_owned(),
            network: self.clone(),
            backlog,
        })
    }

    /// Connects to whoever listens on a name.
    ///
    /// # Errors
    ///
    /// `ConnectionRefused` if nobody listens, or its backlog is full.
    pub fn connect(&self, name: &str) -> io::Result<MemoryStream> {
        let (near, far) = MemoryStream::pair(CAPACITY);
        self.deliver(name, far)?;
        Ok(near)
    }

    /// Gives a listener an end of a connection.
    pub(super) fn deliver(&self, name: &str, far: MemoryStream) -> io::Result<()> {
        let refused = |text| Err(io::Error::new(io::ErrorKind::ConnectionRefused, text));
        let Some(backlog) = self.names().get(name).and_then(Weak::upgrade) else {
            return refused("nobody listens on this name");
        };
        let acceptor = {
            let mut waiting = backlog.lock();
            if waiting.streams.len() >= backlog.limit {
                return refused("the listener's backlog is full");
            }
            waiting.streams.push_back(far);
            waiting.acceptor.take()
        };
        acceptor.into_iter().for_each(Waker::wake);
        Ok(())
    }

    fn names(&self) -> MutexGuard<'_, BTreeMap<String, Weak<Backlog>>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl MemoryListener ===

impl MemoryListener {
    /// The name that it listens on.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The next connection. Dropping the future loses none.
    pub async fn accept(&mut self) -> MemoryStream {
        poll_fn(|cx| self.poll_accept(cx)).await
    }

    pub(super) fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<MemoryStream> {
        let mut waiting = self.backlog.lock();
        match waiting.streams.pop_front() {
            Some(stream) => Poll::Ready(stream),
            None => {
                waiting.acceptor = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Drop for MemoryListener {
    fn drop(&mut self) {
        self.network.names().remove(&self.name);
        // Those who wait are told now, not when the last handle is gone.
        let waiting = std::mem::take(&mut *self.backlog.lock());
        drop(waiting);
    }
}

// === impl Backlog ===

impl Backlog {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    #[tokio::test]
    async fn a_name_is_taken_once_and_given_back() {
        let network = MemoryNetwork::new();
        let kind = |result: io::Result<MemoryStream>| result.unwrap_err().kind();
        assert_eq!(kind(network.connect("a")), io::ErrorKind::ConnectionRefused);
        let mut listener = network.listen("a", 1).unwrap();
        let error = network.clone().listen("a", 1).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        let mut near = network.connect("a").unwrap();
        assert_eq!(
            kind(network.connect("a")),
            io::ErrorKind::ConnectionRefused,
            "the backlog has a bound"
        );
        let mut far = listener.accept().await;
        near.write_all(b"x").await.unwrap();
        assert_eq!(far.read_u8().await.unwrap(), b'x');
        let mut waiting = network.connect("a").unwrap();
        drop(listener);
        assert_eq!(waiting.read(&mut [0]).await.unwrap(), 0);
        network.listen("a", 1).unwrap();
    }
}
