//! One attempt to get a socket to a target: resolve, then try each address.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::time::timeout;

use super::target::Target;

/// No address keeps the others waiting for longer than this while time is
/// short, so that one black hole among several does not use up the attempt.
const ADDRESS_SHARE: Duration = Duration::from_secs(5);

/// More addresses than this are not tried: a resolver may answer anything.
const MAX_ADDRESSES: usize = 32;

/// Connects to the first address of `target` that accepts, within `limit`.
///
/// The error names every address that was tried with the system's reason.
pub(crate) async fn dial(
    target: &Target,
    limit: Duration,
) -> Result<(TcpStream, SocketAddr), String> {
    let end = Instant::now() + limit;
    let addresses = resolve(target, limit).await?;
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
                // Small messages must not wait for the acknowledgement of the last.
                match socket.set_nodelay(true) {
                    Ok(()) => return Ok((socket, *address)),
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
        faults = format!("{target}: no time left after resolving the name");
    }
    Err(format!("cannot connect to {faults}"))
}

async fn resolve(target: &Target, limit: Duration) -> Result<Vec<SocketAddr>, String> {
    let host = target.host();
    let lookup = tokio::net::lookup_host((host, target.port()));
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
