//! The settings of a channel. Every one has a finite default.

use std::time::Duration;

use super::backoff::BackoffConfig;
use crate::CompressionConfig;

/// Below this a ping is an annoyance to every server ([A8]).
///
/// [A8]: https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md
const MIN_KEEPALIVE: Duration = Duration::from_secs(10);

/// The settings of a [`Channel`](crate::Channel). All limits have finite defaults.
///
/// With the feature `config` it is read from TOML, where durations are strings
/// such as `"30s"`, `"250ms"` or `"5m"`, and sizes are numbers of bytes.
///
/// ```
/// use std::time::Duration;
/// use scaffold_runtime::{Channel, ChannelConfig};
///
/// let config = ChannelConfig {
///     connect_timeout: Duration::from_secs(3),
///     max_receive_message_size: 16 << 20,
///     ..Default::default()
/// };
/// let channel = Channel::with_config("users:50051", config)?;
/// # Ok::<(), scaffold_runtime::Status>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "config", serde(default, deny_unknown_fields))]
pub struct ChannelConfig {
    /// The time for one attempt: resolving, TCP and the peer's HTTP/2 SETTINGS
    /// together. Default 20 s.
    #[cfg_attr(feature = "config", serde(with = "crate::config::duration"))]
    pub connect_timeout: Duration,
    /// The delays between attempts that fail.
    pub backoff: BackoffConfig,
    /// Pings that find a peer that is gone without a word. Default off.
    pub keepalive: Option<KeepaliveConfig>,
    /// A connection without a call for this long is closed, at the latest after
    /// twice the time; the next call opens another. Default 30 min.
    #[cfg_attr(feature = "config", serde(with = "crate::config::duration"))]
    pub idle_timeout: Duration,
    /// The largest message that is sent, encoded, in bytes; a larger one fails
    /// its call with `RESOURCE_EXHAUSTED`. Default 4 MiB.
    pub max_send_message_size: usize,
    /// The largest message that is accepted, encoded, in bytes; a larger one
    /// fails its call with `RESOURCE_EXHAUSTED`. Default 4 MiB.
    pub max_receive_message_size: usize,
    /// What a server may send on one stream before it is read, in bytes.
    /// Default 1 MiB, at least 65,535, at most 2³¹-1.
    pub stream_window: u32,
    /// What a server may send on the connection before it is read, in bytes: the
    /// bound of what all streams buffer together. Default 4 MiB, at least 65,535,
    /// at most 2³¹-1.
    pub connection_window: u32,
    /// The largest header block that is accepted, in bytes as HTTP/2 counts
    /// them. Default 16 KiB.
    pub max_header_list_size: u32,
    /// How many calls one connection carries at once, where the server allows as
    /// many; further ones wait their turn. Default 1,024, at most 32,768.
    pub max_concurrent_calls: u32,
    /// How many calls may wait for their turn on a connection; further ones fail
    /// with `RESOURCE_EXHAUSTED`. Default 65,536.
    pub max_waiting_calls: usize,
    /// How much of a request stream is kept to send it again when the server
    /// surely did not process the call, in bytes. Default 64 KiB.
    pub replay_buffer: usize,
    /// Which requests go out compressed, and which encodings responses may have.
    /// Default: none go out compressed, and all that is built in is read.
    pub compression: CompressionConfig,
    /// The `:authority` of each call. Default that of the target.
    pub authority: Option<String>,
    /// Put before the library's own `user-agent`; visible ASCII. Default none.
    pub user_agent: Option<String>,
    /// TLS, for `https://` targets and for those that name no scheme. Default
    /// none: the connection is in clear.
    #[cfg(feature = "tls")]
    pub tls: Option<crate::net::ClientTls>,
}

/// Pings on a connection ([A8]).
///
/// Servers defend themselves against pings: many allow one in five minutes. Ask
/// who runs the server before turning this on.
///
/// [A8]: https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "config", serde(default, deny_unknown_fields))]
pub struct KeepaliveConfig {
    /// The time between pings; less than 10 s counts as 10 s, and a server that
    /// complains of too many pings doubles it. Default 5 min.
    #[cfg_attr(feature = "config", serde(with = "crate::config::duration"))]
    pub interval: Duration,
    /// How long the answer may take before the connection counts as lost.
    /// Default 20 s.
    #[cfg_attr(feature = "config", serde(with = "crate::config::duration"))]
    pub timeout: Duration,
    /// Whether to ping while no call is under way. Default no.
    pub without_calls: bool,
}

// === impl ChannelConfig ===

impl Default for ChannelConfig {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(20),
            backoff: BackoffConfig::default(),
            keepalive: None,
            idle_timeout: Duration::from_secs(30 * 60),
            max_send_message_size: 4 << 20,
            max_receive_message_size: 4 << 20,
            stream_window: 1 << 20,
            connection_window: 4 << 20,
            max_header_list_size: 16 << 10,
            max_concurrent_calls: 1024,
            max_waiting_calls: 64 << 10,
            replay_buffer: 64 << 10,
            compression: CompressionConfig::default(),
            authority: None,
            user_agent: None,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}

// === impl KeepaliveConfig ===

impl Default for KeepaliveConfig {
    fn default() -> Self {
        Self {
            interval: Duration::from_secs(5 * 60),
            timeout: Duration::from_secs(20),
            without_calls: false,
        }
    }
}

impl KeepaliveConfig {
    /// The interval by the book, `doublings` complaints later.
    pub(super) fn interval(&self, doublings: u32) -> Duration {
        self.interval
            .max(MIN_KEEPALIVE)
            .saturating_mul(1 << doublings.min(16))
    }
}

#[cfg(all(test, feature = "config"))]
mod tests {
    use super::*;

    #[test]
    fn is_read_from_toml_and_written_back() {
        let text = "
            connect_timeout = '3s'
            max_receive_message_size = 1000
            [backoff]
            initial = '100ms'
            [keepalive]
            interval = '30s'
        ";
        let config: ChannelConfig = toml::from_str(text).unwrap();
        let expected = ChannelConfig {
            connect_timeout: Duration::from_secs(3),
            max_receive_message_size: 1000,
            backoff: BackoffConfig {
                initial: Duration::from_millis(100),
                ..Default::default()
            },
            keepalive: Some(KeepaliveConfig {
                interval: Duration::from_secs(30),
                ..Default::default()
            }),
            ..Default::default()
        };
        assert_eq!(config, expected);
        let written = crate::config::render(&expected).unwrap();
        assert_eq!(toml::from_str::<ChannelConfig>(&written).unwrap(), expected);
        assert!(toml::from_str::<ChannelConfig>("connect_timout = '3s'").is_err());
    }

    #[test]
    fn intervals_have_a_floor_and_double() {
        let config = KeepaliveConfig {
            interval: Duration::from_secs(1),
            ..Default::default()
        };
        assert_eq!(config.interval(0), Duration::from_secs(10));
        assert_eq!(config.interval(2), Duration::from_secs(40));
        let _ = KeepaliveConfig {
            interval: Duration::MAX,
            ..Default::default()
        }
        .interval(u32::MAX);
    }
}
