//! gRPC's interop suite: our server under the clients of others, and our client
//! against the servers of others. docs/interop.md has the counts.

use std::process::Command;

use scaffold_tests::interop::cases;
use scaffold_tests::interop::peers::{GRPC_GO, all_at_once, one_by_one, our_client, our_server};
use scaffold_tests::tools::{self, Served};

const SERVER: &str = env!("CARGO_BIN_EXE_interop_server");
const CLIENT: &str = env!("CARGO_BIN_EXE_interop_client");

/// What makes grpc-go's client keep the loads that servers report.
const KEEPS_LOADS: &str =
    r#"{"loadBalancingConfig": [{"test_backend_metrics_load_balancer": {}}]}"#;

#[test]
fn our_client_against_our_server() {
    let server = our_server(SERVER);
    all_at_once(
        "our client, our server, clear",
        cases::ALL.len(),
        &mut our_client(CLIENT, &server),
    );
}

#[test]
fn grpc_go_client_against_our_server() {
    let Some(program) = tools::grpc_go("client") else {
        return;
    };
    let server = our_server(SERVER);
    let client = |case: &str| {
        let mut command = Command::new(&program);
        command.args(["--server_host", "127.0.0.1", "--server_port", server.port()]);
        command.args(["--service_config_json", KEEPS_LOADS, "--test_case", case]);
        command
    };
    one_by_one("grpc-go's client, our server, clear", &GRPC_GO, client);
}

#[test]
fn our_client_against_grpc_go_server() {
    let Some(program) = tools::grpc_go("server") else {
        return;
    };
    let mut command = Command::new(program);
    command.args(["-port", "0"]);
    let server = Served::start_logging(command.env("GRPC_GO_LOG_SEVERITY_LEVEL", "info"));
    all_at_once(
        "our client, grpc-go's server, clear",
        cases::ALL.len(),
        &mut our_client(CLIENT, &server),
    );
}

#[test]
fn grpcio_client_against_our_server() {
    let Some(python) = tools::python() else {
        return;
    };
    let server = our_server(SERVER);
    let mut client = Command::new(python);
    client.arg(tools::root().join("tests/python/interop_client.py"));
    // The C core hides the trailer of `orca_per_rpc` from its users.
    all_at_once(
        "grpcio's client, our server, clear",
        cases::ALL.len() - 1,
        client.arg(&server.address),
    );
}

#[test]
fn grpc_js_client_against_our_server() {
    let Some(mut client) = tools::node() else {
        return;
    };
    let server = our_server(SERVER);
    client.arg(tools::root().join("tests/node/interop_client.js"));
    all_at_once(
        "grpc-js' client, our server, clear",
        cases::ALL.len(),
        client.arg(&server.address),
    );
}
