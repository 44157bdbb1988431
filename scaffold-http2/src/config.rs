//! How a connection is set up.

use std::time::Duration;

use crate::Limits;

/// Which side of the connection this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Opens streams.
    Client,
    /// Answers them.
    Server,
}

/// Settings of one connection. Windows are in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// What the peer may cost.
    pub limits: Limits,
    /// What a stream may receive before the driver releases it, announced as
    /// SETTINGS_INITIAL_WINDOW_SIZE. Default 256 KiB; less than 65,535 counts
    /// as 65,535, which peers may assume before they hear otherwise.
    pub stream_window: u32,
    /// What all streams together may receive before the driver releases it.
    /// Default 1 MiB; less than 65,535 counts as 65,535.
    pub connection_window: u32,
    /// Windows grow up to this when the bandwidth-delay product asks for it,
    /// measured with a PING beside incoming data. Default: off. A client
    /// needs a server that tolerates pings.
    pub max_window: Option<u32>,
    /// Pings on a silent connection. Default: none.
    pub keepalive: Option<Keepalive>,
    /// How often the peer may ping. Default: every 10 s, as
    /// [`PingPolicy::default`] says, on servers; clients answer every ping
    /// that [`Limits::pings`] allows.
    pub ping_policy: Option<PingPolicy>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            stream_window: 256 << 10,
            connection_window: 1 << 20,
            max_window: None,
            keepalive: None,
            ping_policy: Some(PingPolicy::default()),
        }
    }
}

/// When this side pings to find out whether the peer is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keepalive {
    /// Silence before a ping is sent.
    pub interval: Duration,
    /// Silence after it before the connection ends.
    pub timeout: Duration,
    /// Also while no stream is open.
    pub while_idle: bool,
}

/// gRPC's rule for keepalive pings of clients: one that comes too early is a
/// strike, and each HEADERS or DATA frame that this side sends in between
/// clears them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PingPolicy {
    /// Least time between two pings while streams are open. Default 10 s.
    pub min_interval: Duration,
    /// The same while none is open. Default 10 s.
    pub min_interval_idle: Duration,
    /// Strikes that are tolerated. Default 2.
    pub strikes: u32,
}

impl Default for PingPolicy {
    fn default() -> Self {
        Self {
            min_interval: Duration::from_secs(10),
            min_interval_idle: Duration::from_secs(10),
            strikes: 2,
        }
    }
}
