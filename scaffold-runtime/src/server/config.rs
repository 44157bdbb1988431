//! `ServerConfig`: every limit of a server, in one place.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use crate::CompressionConfig;
use crate::net::ListenAddress;

/// Every setting of a server. All limits have finite defaults.
///
/// With the feature `config` it is read from TOML, where durations are strings
/// such as `"30s"`, `"250ms"` or `"5m"`, and sizes are numbers of bytes.
///
/// ```
/// use std::time::Duration;
///
/// let config = scaffold_runtime::ServerConfig {
///     address: "127.0.0.1:0".parse().unwrap(),
///     drain: Duration::from_secs(30),
///     ..Default::default()
/// };
/// assert_eq!(config.max_concurrent_streams, 200);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "config", serde(default, deny_unknown_fields))]
pub struct ServerConfig {
    /// Where to listen: `address:port`, `unix:/path`, `unix-abstract:name` or
    /// `memory:name`. Port 0 takes a free one. Default `0.0.0.0:50051`.
    pub address: ListenAddress,
    /// The permissions of the file of a Unix socket, as chmod takes them; in
    /// TOML `0o660`. Who may write may connect. Default `0o600`: the user that
    /// the server runs as.
    pub unix_socket_mode: u32,
    /// Threads of [`run`](crate::Server::run), each with a runtime of its own.
    /// 0, the default, is one for each core that the process may use.
    pub workers: usize,
    /// Connections at once; more are closed at once. Default 10 000.
    pub max_connections: usize,
    /// Connections that wait to be accepted by us. Default 1024.
    pub backlog: u32,
    /// Calls at once on one connection; more are refused with REFUSED_STREAM.
    /// Default 200.
    pub max_concurrent_streams: u32,
    /// Calls at once in the whole server that are not answered as soon as they
    /// come; more are refused with RESOURCE_EXHAUSTED, but for one at a time on each
    /// connection, which is always taken. It bounds what calls cost
    /// ([`memory`](ServerConfig::memory)); a server that many clients watch wants
    /// it higher. Default 16 384.
    pub max_concurrent_calls: usize,
    /// Bytes of a request's headers; more is answered with HTTP 431. Default
    /// 16 KiB.
    pub max_header_list_size: u32,
    /// Bytes of a message that comes in, compressed or not; more is
    /// RESOURCE_EXHAUSTED. Default 4 MiB.
    pub max_receive_message_size: usize,
    /// Strings, byte strings and messages inside a message that comes in, counted
    /// for messages of more than 64 KiB; more is RESOURCE_EXHAUSTED. An empty one
    /// takes 2 bytes on the wire and some hundred in memory. Default 262 144.
    pub max_receive_message_elements: usize,
    /// Bytes of a message that goes out, before it is compressed; more is
    /// RESOURCE_EXHAUSTED. Default 4 MiB.
    pub max_send_message_size: usize,
    /// Bytes of requests that are being put together, or that handlers have not
    /// read, in the whole server; more is RESOURCE_EXHAUSTED. Default 256 MiB.
    pub in_flight_request_bytes: usize,
    /// Bytes of responses that wait to be sent, in the whole server, by the memory
    /// of their buffers, apart from the first 2 KiB of each call; one more is
    /// RESOURCE_EXHAUSTED. Default 256 MiB.
    pub in_flight_response_bytes: usize,
    /// Bytes that a client may send on a stream before they are read. Default
    /// 256 KiB.
    pub stream_window: u32,
    /// The same for all streams of a connection. Default 1 MiB.
    pub connection_window: u32,
    /// Bytes of responses that are buffered for a stream. Default 64 KiB.
    pub send_buffer: usize,
    /// Streams that a client may open and reset at once, before they have cost it
    /// anything; more closes the connection (rapid reset, CVE-2023-44487). 200 a
    /// second are forgiven, and one for each call that ends well. Default 1024.
    pub max_resets: usize,
    /// Streams that a client may make us reset at once by breaking rules; more
    /// closes the connection (CVE-2025-8671). 10 a second are forgiven. Default
    /// 1000.
    pub max_local_resets: usize,
    /// How long a client may take to begin to talk HTTP/2. Default 5 s.
    #[cfg_attr(feature = "config", serde(with = "crate::config::duration"))]
    pub handshake_timeout: Duration,
    /// How often a connection is pinged. Default 30 s.
    #[cfg_attr(feature = "config", serde(with = "crate::config::duration"))]
    pub keepalive_interval: Duration,
    /// How long the answer to a ping may take before the connection is closed.
    /// Default 10 s.
    #[cfg_attr(feature = "config", serde(with = "crate::config::duration"))]
    pub keepalive_timeout: Duration,
    /// How long a client may take none of what we have to send, on a connection
    /// or a stream, before it is closed. Default 30 s.
    #[cfg_attr(feature = "config", serde(with = "crate::config::duration"))]
    pub write_stall_timeout: Duration,
    /// Bytes a second that a client takes of what we have to write, at least:
    /// over each [`min_write_rate_period`](ServerConfig::min_write_rate_period) in
    /// which output that its windows allow waits all the time. One that is slower
    /// is closed. 0 asks for nothing. Default 1 KiB.
    pub min_write_rate: u32,
    /// How long that is watched before it is judged. Default 30 s.
    #[cfg_attr(feature = "config", serde(with = "crate::config::duration"))]
    pub min_write_rate_period: Duration,
    /// How long the message of a call that takes one may take to come, from the
    /// call's head on; later is DEADLINE_EXCEEDED. Streams of requests may last.
    /// Default 1 min.
    #[cfg_attr(feature = "config", serde(with = "crate::config::duration"))]
    pub request_body_timeout: Duration,
    /// How long a connection may be without a call. Default 5 min.
    #[cfg_attr(feature = "config", serde(with = "crate::config::duration"))]
    pub max_connection_idle: Duration,
    /// How long a connection may take new calls. Default 30 min.
    #[cfg_attr(feature = "config", serde(with = "crate::config::duration"))]
    pub max_connection_age: Duration,
    /// By how much of itself the age is random, so that connections made together
    /// do not end together. Default 0.1, which is 10 % more or less.
    pub max_connection_age_jitter: f64,
    /// How long calls may go on after that. Default 30 s.
    #[cfg_attr(feature = "config", serde(with = "crate::config::duration"))]
    pub max_connection_age_grace: Duration,
    /// How long the server goes on taking connections after it was told to stop
    /// and health says so, for balancers to notice. Default 0.
    #[cfg_attr(feature = "config", serde(with = "crate::config::duration"))]
    pub pre_stop: Duration,
    /// How long calls may go on after that. Default 10 s.
    #[cfg_attr(feature = "config", serde(with = "crate::config::duration"))]
    pub drain: Duration,
    /// Whether `grpc.health.v1.Health` is served. Default true.
    pub health: bool,
    /// Whether server reflection is served. Default true.
    pub reflection: bool,
    /// Which responses go out compressed, and which encodings requests may have.
    /// By default responses go out plain.
    pub compression: CompressionConfig,
    /// TLS. Default none: clients talk in clear.
    #[cfg(feature = "tls")]
    pub tls: Option<crate::net::ServerTls>,
}

// === impl ServerConfig ===

impl Default for ServerConfig {
    fn default() -> ServerConfig {
        ServerConfig {
            address: SocketAddr::from((Ipv4Addr::UNSPECIFIED, 50051)).into(),
            unix_socket_mode: 0o600,
            workers: 0,
            max_connections: 10_000,
            backlog: 1024,
            max_concurrent_streams: 200,
            max_concurrent_calls: 16 << 10,
            max_header_list_size: 16 << 10,
            max_receive_message_size: 4 << 20,
            max_receive_message_elements: 256 << 10,
            max_send_message_size: 4 << 20,
            in_flight_request_bytes: 256 << 20,
            in_flight_response_bytes: 256 << 20,
            stream_window: 256 << 10,
            connection_window: 1 << 20,
            send_buffer: 64 << 10,
            max_resets: 1024,
            max_local_resets: 1000,
            handshake_timeout: Duration::from_secs(5),
            keepalive_interval: Duration::from_secs(30),
            keepalive_timeout: Duration::from_secs(10),
            write_stall_timeout: Duration::from_secs(30),
            min_write_rate: 1 << 10,
            min_write_rate_period: Duration::from_secs(30),
            request_body_timeout: Duration::from_secs(60),
            max_connection_idle: Duration::from_secs(5 * 60),
            max_connection_age: Duration::from_secs(30 * 60),
            max_connection_age_jitter: 0.1,
            max_connection_age_grace: Duration::from_secs(30),
            pre_stop: Duration::ZERO,
            drain: Duration::from_secs(10),
            health: true,
            reflection: true,
            compression: CompressionConfig::default(),
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}
