//! The profile: every setting there is, each with a finite default.
//!
//! All structs are taken apart without `..`, so that a new field does not compile
//! until it is listed here, and with it in docs/limits.md. `UPDATE_GOLDEN=1`
//! writes the tables there.

mod http2;
mod kinds;

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use scaffold_runtime::{
    BackoffConfig, ChannelConfig, CompressionConfig, KeepaliveConfig, MemoryBound, ServerConfig,
};

use http2::http2;
use kinds::{Row, bytes, count, setting, share, time};

fn server() -> Vec<Row> {
    let ServerConfig {
        address,
        unix_socket_mode,
        workers,
        max_connections,
        backlog,
        max_concurrent_streams,
        max_concurrent_calls,
        max_header_list_size,
        max_receive_message_size,
        max_receive_message_elements,
        max_send_message_size,
        in_flight_request_bytes,
        in_flight_response_bytes,
        stream_window,
        connection_window,
        send_buffer,
        max_resets,
        max_local_resets,
        handshake_timeout,
        keepalive_interval,
        keepalive_timeout,
        write_stall_timeout,
        min_write_rate,
        min_write_rate_period,
        request_body_timeout,
        max_connection_idle,
        max_connection_age,
        max_connection_age_jitter,
        max_connection_age_grace,
        pre_stop,
        drain,
        health,
        reflection,
        compression,
        #[cfg(feature = "tls")]
        tls,
    } = ServerConfig::default();
    #[cfg(feature = "tls")]
    assert!(tls.is_none());
    // As many as there are cores, which is a number.
    assert_eq!(workers, 0);
    // By how long the drain begins later: none is the least.
    assert_eq!(pre_stop, Duration::ZERO);
    let mut rows = vec![
        setting("address", address),
        setting("unix_socket_mode", format!("0o{unix_socket_mode:o}")),
        setting("workers", "one for each core"),
        count("max_connections", max_connections),
        count("backlog", backlog),
        count("max_concurrent_streams", max_concurrent_streams),
        count("max_concurrent_calls", max_concurrent_calls),
        bytes("max_header_list_size", max_header_list_size),
        bytes("max_receive_message_size", max_receive_message_size),
        count("max_receive_message_elements", max_receive_message_elements),
        bytes("max_send_message_size", max_send_message_size),
        bytes("in_flight_request_bytes", in_flight_request_bytes),
        bytes("in_flight_response_bytes", in_flight_response_bytes),
        bytes("stream_window", stream_window),
        bytes("connection_window", connection_window),
        bytes("send_buffer", send_buffer),
        count("max_resets", max_resets),
        count("max_local_resets", max_local_resets),
        time("handshake_timeout", handshake_timeout),
        time("keepalive_interval", keepalive_interval),
        time("keepalive_timeout", keepalive_timeout),
        time("write_stall_timeout", write_stall_timeout),
        bytes("min_write_rate", min_write_rate),
        time("min_write_rate_period", min_write_rate_period),
        time("request_body_timeout", request_body_timeout),
        time("max_connection_idle", max_connection_idle),
        time("max_connection_age", max_connection_age),
        share("max_connection_age_jitter", max_connection_age_jitter),
        time("max_connection_age_grace", max_connection_age_grace),
        setting("pre_stop", "none"),
        time("drain", drain),
        setting("health", health),
        setting("reflection", reflection),
    ];
    rows.extend(compressed(compression));
    rows
}

fn channel() -> Vec<Row> {
    let ChannelConfig {
        connect_timeout,
        backoff,
        keepalive,
        idle_timeout,
        max_send_message_size,
        max_receive_message_size,
        stream_window,
        connection_window,
        max_header_list_size,
        max_concurrent_calls,
        max_waiting_calls,
        replay_buffer,
        authority,
        user_agent,
        compression,
        #[cfg(feature = "tls")]
        tls,
    } = ChannelConfig::default();
    #[cfg(feature = "tls")]
    assert_eq!(tls, ChannelConfig::default().tls);
    assert_eq!((&keepalive, &authority, &user_agent), (&None, &None, &None));
    let BackoffConfig {
        initial,
        multiplier,
        jitter,
        max,
    } = backoff;
    let KeepaliveConfig {
        interval,
        timeout,
        without_calls,
    } = KeepaliveConfig::default();
    assert!((1.0..10.0).contains(&multiplier));
    let mut rows = vec![
        time("connect_timeout", connect_timeout),
        time("backoff.initial", initial),
        setting("backoff.multiplier", multiplier),
        share("backoff.jitter", jitter),
        time("backoff.max", max),
        setting("keepalive", "off"),
        time("keepalive.interval", interval),
        time("keepalive.timeout", timeout),
        setting("keepalive.without_calls", without_calls),
        time("idle_timeout", idle_timeout),
        bytes("max_send_message_size", max_send_message_size),
        bytes("max_receive_message_size", max_receive_message_size),
        bytes("stream_window", stream_window),
        bytes("connection_window", connection_window),
        bytes("max_header_list_size", max_header_list_size),
        count("max_concurrent_calls", max_concurrent_calls),
        count("max_waiting_calls", max_waiting_calls),
        bytes("replay_buffer", replay_buffer),
        setting("authority", "the target's"),
        setting("user_agent", "the library's own"),
    ];
    rows.extend(compressed(compression));
    rows
}

fn compressed(config: CompressionConfig) -> Vec<Row> {
    let CompressionConfig {
        send,
        accept: _,
        min_size,
        level,
    } = config;
    assert!(send.is_empty());
    vec![
        setting("compression.send", "nothing"),
        setting("compression.accept", "all that is built in"),
        bytes("compression.min_size", min_size),
        setting("compression.level", format!("{level:?}").to_lowercase()),
    ]
}

/// Of a service that is mounted elsewhere: those of a server, under their names.
#[cfg(feature = "tower")]
#[test]
fn a_mounted_service_has_the_servers_limits() {
    let scaffold_runtime::tower::Limits {
        max_receive_message_size,
        max_receive_message_elements,
        max_send_message_size,
        in_flight_request_bytes,
        in_flight_response_bytes,
        request_body_timeout,
        receive_buffer,
        send_buffer,
    } = scaffold_runtime::tower::Limits::default();
    let rows = [
        bytes("max_receive_message_size", max_receive_message_size),
        count("max_receive_message_elements", max_receive_message_elements),
        bytes("max_send_message_size", max_send_message_size),
        bytes("in_flight_request_bytes", in_flight_request_bytes),
        bytes("in_flight_response_bytes", in_flight_response_bytes),
        time("request_body_timeout", request_body_timeout),
        bytes("stream_window", receive_buffer),
        bytes("send_buffer", 2 * send_buffer),
    ];
    let server = server();
    for row in rows {
        assert!(server.contains(&row), "{row:?}");
    }
}

fn table(rows: &[Row]) -> String {
    let mut out = String::from("| setting | default |\n|---|---|\n");
    for (name, value) in rows {
        writeln!(out, "| `{name}` | {value} |").expect("a string takes all");
    }
    out
}

/// Puts tables between the marks of a document.
fn fill(document: &str, tables: &[(&str, String)]) -> String {
    tables
        .iter()
        .fold(document.to_owned(), |document, (mark, table)| {
            let begin = format!("<!-- {mark} -->\n");
            let end = "<!-- end -->";
            let (before, rest) = document.split_once(&begin).expect("a mark");
            let (_, after) = rest.split_once(end).expect("its end");
            format!("{before}{begin}\n{table}\n{end}{after}")
        })
}

fn held(document: &str, tables: &[(&str, String)]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(document);
    let was = std::fs::read_to_string(&path).expect("the document is there");
    let now = fill(&was, tables);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, now).expect("written");
        return;
    }
    let differs = was.lines().zip(now.lines()).find(|(was, now)| was != now);
    let same = differs.is_none() && was.len() == now.len();
    assert!(
        same,
        "docs/{document}: {differs:?} (UPDATE_GOLDEN=1 writes it)"
    );
}

#[test]
fn nothing_is_unlimited_and_the_document_says_so() {
    let tables = [
        ("ServerConfig", table(&server())),
        ("ChannelConfig", table(&channel())),
        ("Limits", table(&http2())),
    ];
    for (name, table) in &tables {
        println!("{name}\n{table}");
    }
    held("limits.md", &tables);
}

/// The figures of docs/memory.md are those of two workers.
#[test]
fn the_document_has_the_formulas_figures() {
    let config = ServerConfig {
        workers: 2,
        ..Default::default()
    };
    let memory = config.memory();
    let MemoryBound {
        connections,
        calls,
        streams,
        idle,
        connection,
        call,
        process,
    } = &memory;
    let kib = |bytes: u64| format!("{} KiB", bytes.div_ceil(1 << 10));
    let rows = [
        ("connections", connections.to_string()),
        ("calls", calls.to_string()),
        ("streams", streams.to_string()),
        ("idle", kib(*idle)),
        ("connection.http2", kib(connection.http2)),
        ("connection.unprocessed", kib(connection.unprocessed)),
        ("connection.heads", kib(connection.heads)),
        ("connection.total()", kib(connection.total())),
        ("call.http2", kib(call.http2)),
        ("call.metadata", kib(call.metadata)),
        ("call.request", kib(call.request)),
        ("call.unread", kib(call.unread)),
        ("call.responses", kib(call.responses)),
        ("call.own", kib(call.own)),
        ("call.total()", kib(call.total())),
        ("process.requests", kib(process.requests)),
        ("process.responses", kib(process.responses)),
        ("process.threads", kib(process.threads)),
        ("process.total()", kib(process.total())),
        ("at_rest()", kib(memory.at_rest())),
        ("one_hostile()", kib(memory.one_hostile())),
        ("worst()", kib(memory.worst())),
    ];
    let table = table(&rows).replace("| setting | default |", "| term | default |");
    held("memory.md", &[("MemoryBound", table)]);
}
