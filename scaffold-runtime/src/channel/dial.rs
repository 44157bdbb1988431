//! One attempt to get a connection to a target: resolve, then try each address.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::ChannelConfig;
use super::target::{Endpoint, Security, Target};
use crate::Peer;
use crate::net::{ClientSecurity, Io, Kind, ListenAddress, MemoryNetwork, MemoryStream, Network};
use crate::peer::PeerAddress;

/// No address keeps the others waiting for longer than this while time is
/// short, so that one black hole among several does not use up the attempt.
const ADDRESS_SHARE: Duration = Duration::from_secs(5);

/// More addresses than this are not tried: a resolver may answer anything.
const MAX_ADDRESSES: usize = 32;

/// Makes connections to one target.
#[derive(Debug)]
pub(crate) struct Dialer {
    target: Target,
    network: Network,
    security: ClientSecurity,
}

// === impl Dialer ===

impl Dialer {
    /// Takes the target apart, and checks that it can be dialed by what the
    /// channel has.
    ///
    /// # Errors
    ///
    /// A sentence that says what to write instead.
    pub(crate) fn new(
        target: &str,
        config: &ChannelConfig,
        network: Network,
    ) -> Result<Dialer, String> {
        let target = Target::parse(target).map_err(|error| error.to_string())?;
        let fault = |what: &str| Err(format!("target \"{target}\": {what}"));
        let in_memory = matches!(target.endpoint(), Endpoint::Local(ListenAddress::Memory(_)));
        if network.is_in_memory() && !in_memory {
            return fault("an in-memory network has only targets of the form memory:name");
        }
        let wanted = match target.security() {
            Security::Unsaid => None,
            Security::Plain => Some(false),
            Security::Tls => Some(true),
        };
        let host = match target.endpoint() {
            // A certificate knows nothing of an IPv6 zone.
            Endpoint::Host { name, .. } => name.split('%').next().unwrap_or(name),
            Endpoint::Local(_) => target.authority(),
        };
        match ClientSecurity::new(config, wanted, host) {
            Ok(security) => Ok(Dialer {
                target,
                network,
                security,
            }),
            Err(what) => fault(&what),
        }
    }

    /// The `:scheme` of each call.
    pub(crate) fn scheme(&self) -> &'static str {
        match self.target.security() {
            Security::Tls => "https",
            Security::Plain | Security::Unsaid => "http",
        }
    }

    /// The `:authority` of each call.
    pub(crate) fn authority(&self) -> &str {
        self.target.authority()
    }

    /// Connects within `limit`: to the first address of a host that accepts. With
    /// TLS, the handshake is part of it.
    ///
    /// The error names every address that was tried with the system's reason.
    pub(crate) async fn dial(&self, limit: Duration) -> Result<(Io, Peer), String> {
        let end = Instant::now() + limit;
        let (io, peer) = self.dial_plain(limit).await?;
        let handshake = self.security.connect(io, peer);
        match tokio::time::timeout_at(end, handshake).await {
            Ok(result) => result.map_err(|error| format!("cannot connect to {error}")),
            Err(_) => Err(format!(
                "cannot connect to {}: the TLS handshake took longer than {limit:?}",
                self.target
            )),
        }
    }

    async fn dial_plain(&self, limit: Duration) -> Result<(Io, Peer), String> {
        match self.target.endpoint() {
            Endpoint::Host { name, port } => dial_host(name, *port, limit).await,
            Endpoint::Local(address) => {
                let dialing = timeout(limit, dial_local(address, &self.network));
                let result = dialing.await.unwrap_or_else(|_| {
                    Err(io::Error::new(
                        io::ErrorKind::TimedOut,
                        format!("no answer within {limit:?}"),
                    ))
                });
                result.map_err(|error| format!("cannot connect to {}: {error}", self.target))
            }
        }
    }
}

impl fmt::Display for Dialer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.target.fmt(f)
    }
}

async fn dial_local(address: &ListenAddress, network: &Network) -> io::Result<(Io, Peer)> {
    match (network.kind(), address) {
        (Kind::Memory(network), ListenAddress::Memory(name)) => Ok(memory(network.connect(name)?)),
        #[cfg(feature = "sim")]
        (Kind::Sim(host), ListenAddress::Memory(name)) => Ok(memory(host.connect(name).await?)),
        (Kind::System, ListenAddress::Memory(name)) => {
            Ok(memory(MemoryNetwork::of_the_process().connect(name)?))
        }
        #[cfg(unix)]
        (Kind::System, ListenAddress::Unix(path)) => unix(path, false).await,
        #[cfg(unix)]
        (Kind::System, ListenAddress::UnixAbstract(name)) => unix(name.as_ref(), true).await,
        // `Dialer::new` lets nothing else through but what the system lacks.
        _ => Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "this system has no such sockets",
        )),
    }
}

fn memory(stream: MemoryStream) -> (Io, Peer) {
    (Io::Memory(stream), Peer::new(PeerAddress::Memory))
}

#[cfg(unix)]
async fn unix(path: &std::path::Path, is_abstract: bool) -> io::Result<(Io, Peer)> {
    let system_path = crate::net::socket_path(path, is_abstract)?;
    let stream = tokio::net::UnixStream::connect(system_path).await?;
    let shown = (!is_abstract).then(|| path.to_owned());
    Ok((Io::Unix(stream), Peer::new(PeerAddress::Unix(shown))))
}

async fn dial_host(host: &str, port: u16, limit: Duration) -> Result<(Io, Peer), String> {
    let end = Instant::now() + limit;
    let addresses = resolve(host, port, limit).await?;
    let mut faults = String::new();
    for (index, address) in addresses.iter().enumerate() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            break;
        }
        let waiting = u32::try_from(addresses.len() - index).unwrap_or(u32::MAX);
        let share = (left / waiting).max(ADDRESS_SHARE).min(left);
        let fault = match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(socket)) => {
                let io = Io::Tcp(socket);
                match io.set_nodelay() {
                    Ok(()) => return Ok((io, Peer::new(*address))),
                    Err(error) => error.to_string(),
                }
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer within {share:?}"),
        };
        if !faults.is_empty() {
            faults.push_str("; ");
        }
        faults.push_str(&format!("{address}: {fault}"));
    }
    if faults.is_empty() {
        faults = format!("{host}:{port}: no time left after resolving the name");
    }
    Err(format!("cannot connect to {faults}"))
}

async fn resolve(host: &str, port: u16, limit: Duration) -> Result<Vec<SocketAddr>, String> {
    let lookup = tokio::net::lookup_host((host, port));
    let found: io::Result<Vec<SocketAddr>> = match timeout(limit, lookup).await {
        Ok(Ok(addresses)) => Ok(addresses.take(MAX_ADDRESSES).collect()),
        Ok(Err(error)) => Err(error),
        Err(_) => {
            return Err(format!(
                "cannot resolve {host:?}: no answer within {limit:?}"
            ));
        }
    };
    match found {
        Ok(addresses) if addresses.is_empty() => {
            Err(format!("cannot resolve {host:?}: the name has no address"))
        }
        Ok(addresses) => Ok(addresses),
        Err(error) => Err(format!("cannot resolve {host:?}: {error}")),
    }
}
