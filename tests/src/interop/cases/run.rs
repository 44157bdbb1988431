//! From a case's name to its verdict.

use std::time::Duration;

use super::super::target::{Failed, Target, Verdict};
use super::{compression, ending, load, metadata, soak, status, streaming, unary};

/// How long a case may take.
const LONG: Duration = Duration::from_secs(60);

/// The cases that compress nothing.
pub const PLAIN: [&str; 18] = [
    "empty_unary",
    "large_unary",
    "client_streaming",
    "server_streaming",
    "ping_pong",
    "empty_stream",
    "timeout_on_sleeping_server",
    "cancel_after_begin",
    "cancel_after_first_response",
    "status_code_and_message",
    "special_status_message",
    "custom_metadata",
    "unimplemented_method",
    "unimplemented_service",
    "orca_per_rpc",
    "orca_oob",
    "rpc_soak",
    "channel_soak",
];

/// Those that do, which some peers have not.
pub const COMPRESSED: [&str; 4] = [
    "client_compressed_unary",
    "server_compressed_unary",
    "client_compressed_streaming",
    "server_compressed_streaming",
];

/// All cases.
pub const ALL: [&[&str]; 2] = [&PLAIN, &COMPRESSED];

/// Runs one case.
///
/// # Errors
///
/// What it found, or that there is no such case.
pub async fn run(name: &str, target: &Target) -> Verdict {
    let case = tokio::time::timeout(LONG, one(name, target));
    case.await
        .unwrap_or_else(|_| Err(Failed(format!("it took more than {LONG:?}"))))
}

async fn one(name: &str, target: &Target) -> Verdict {
    match name {
        "empty_unary" => unary::empty(target).await,
        "large_unary" => unary::large(target).await,
        "client_streaming" => streaming::client(target).await,
        "server_streaming" => streaming::server(target).await,
        "ping_pong" => streaming::ping_pong(target).await,
        "empty_stream" => streaming::empty(target).await,
        "timeout_on_sleeping_server" => ending::timeout(target).await,
        "cancel_after_begin" => ending::cancel_after_begin(target).await,
        "cancel_after_first_response" => ending::cancel_after_first_response(target).await,
        "status_code_and_message" => status::code_and_message(target).await,
        "special_status_message" => status::special_message(target).await,
        "custom_metadata" => metadata::custom(target).await,
        "unimplemented_method" => status::unimplemented_method(target).await,
        "unimplemented_service" => status::unimplemented_service(target).await,
        "orca_per_rpc" => load::per_rpc(target).await,
        "orca_oob" => load::out_of_band(target).await,
        "rpc_soak" => soak::rpc(target).await,
        "channel_soak" => soak::channel(target).await,
        "client_compressed_unary" => compression::client_unary(target).await,
        "server_compressed_unary" => compression::server_unary(target).await,
        "client_compressed_streaming" => compression::client_streaming(target).await,
        "server_compressed_streaming" => compression::server_streaming(target).await,
        _ => Err(Failed(format!("no case has this name; there are {ALL:?}"))),
    }
}
