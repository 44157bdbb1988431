//! How a connection is made, and what its settings mean to HTTP/2.

use std::sync::Arc;
use std::time::Duration;

use scaffold_http2::{Config, Keepalive, Limits, Rate};

use super::ChannelConfig;
use super::dial::Dialer;
use super::engine::{Connection, Driver, Names, Settings};
use crate::net::Io;

/// How long a server may take nothing of what waits for it. Deadlines are what
/// bounds a call; a server may well read a stream once an hour.
const PATIENCE: Duration = Duration::from_secs(3600);

/// How often a server may do what costs it as much as us: late frames of calls
/// that were given up, and resets of our own streams.
const HARMLESS: Rate = Rate {
    burst: 1 << 20,
    per_second: 100_000,
};

/// Makes a connection within the connect timeout; the error is for people.
pub(super) async fn connect(
    dialer: &Dialer,
    config: &ChannelConfig,
    names: &Arc<Names>,
    id: u64,
    doublings: u32,
) -> Result<(Connection, Driver<Io>), String> {
    let limit = config.connect_timeout;
    let begun = tokio::time::Instant::now();
    let (socket, peer) = dialer.dial(limit).await?;
    let settings = Settings {
        http: http(config, doublings),
        names: names.clone(),
        receive_limit: config.max_receive_message_size,
        max_waiting: config.max_waiting_calls,
    };
    let (connection, mut driver) =
        Driver::new(socket, id, peer.to_string(), settings, config.idle_timeout);
    match tokio::time::timeout_at(begun + limit, driver.settle()).await {
        Ok(Ok(())) => Ok((connection, driver)),
        Ok(Err(fault)) => Err(format!(
            "{peer} does not answer as an HTTP/2 server: {fault}"
        )),
        Err(_) => Err(format!(
            "{peer} did not answer as an HTTP/2 server within {limit:?}"
        )),
    }
}

/// The settings of the machine.
fn http(config: &ChannelConfig, doublings: u32) -> Config {
    const MAX_WINDOW: u32 = (1 << 31) - 1;
    let list = config.max_header_list_size;
    let limits = Limits {
        max_streams: config.max_concurrent_calls,
        header_list: list,
        header_list_bomb: list.saturating_mul(4),
        stale: HARMLESS,
        resets: HARMLESS,
        tiny_data: HARMLESS,
        handshake: config.connect_timeout,
        settings_ack: PATIENCE,
        write_stall: PATIENCE,
        stream_stall: PATIENCE,
        ..Limits::default()
    };
    let keepalive = config.keepalive.as_ref().map(|keepalive| Keepalive {
        interval: keepalive.interval(doublings),
        timeout: keepalive.timeout.max(Duration::from_millis(1)),
        while_idle: keepalive.without_calls,
    });
    Config {
        limits,
        stream_window: config.stream_window.min(MAX_WINDOW),
        connection_window: config.connection_window.min(MAX_WINDOW),
        keepalive,
        ..Config::default()
    }
}
