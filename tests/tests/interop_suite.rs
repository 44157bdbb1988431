//! gRPC's interop suite: our server under the clients of others, and our client
//! against the servers of others, in clear and over TLS. docs/interop.md has the
//! counts.

use std::process::Command;

use scaffold_tests::interop::cases::{ALL, PLAIN};
use scaffold_tests::interop::peers::{all_at_once, one_by_one, our_client, our_server};
use scaffold_tests::interop::wire::Wire;
use scaffold_tests::tools::{self, Served};

const SERVER: &str = env!("CARGO_BIN_EXE_interop_server");
const CLIENT: &str = env!("CARGO_BIN_EXE_interop_client");

/// What makes grpc-go's client keep the loads that servers report.
const KEEPS_LOADS: &str =
    r#"{"loadBalancingConfig": [{"test_backend_metrics_load_balancer": {}}]}"#;

fn ours_and_ours(wire: &Wire) {
    let server = our_server(SERVER, wire);
    let peers = format!("our client, our server, {}", wire.name());
    let cases = ALL.concat();
    let mut client = our_client(CLIENT, &server, &cases, wire);
    all_at_once(&peers, cases.len(), &mut client);
}

fn grpc_go_and_ours(wire: &Wire) {
    let Some(program) = tools::grpc_go("client") else {
        return;
    };
    let server = our_server(SERVER, wire);
    let client = |case: &str| {
        let mut command = Command::new(&program);
        command.args(["--server_host", "127.0.0.1", "--server_port", server.port()]);
        command.args(["--service_config_json", KEEPS_LOADS, "--test_case", case]);
        command.args(wire.client_flags());
        command
    };
    let peers = format!("grpc-go's client, our server, {}", wire.name());
    one_by_one(&peers, &PLAIN, client);
}

fn ours_and_grpc_go(wire: &Wire) {
    let Some(program) = tools::grpc_go("server") else {
        return;
    };
    let mut command = Command::new(program);
    command.args(["--port", "0"]).args(wire.server_flags());
    let server = Served::start_logging(command.env("GRPC_GO_LOG_SEVERITY_LEVEL", "info"));
    let peers = format!("our client, grpc-go's server, {}", wire.name());
    let mut client = our_client(CLIENT, &server, &PLAIN, wire);
    all_at_once(&peers, PLAIN.len(), &mut client);
}

fn grpcio_and_ours(wire: &Wire) {
    let Some(python) = tools::python() else {
        return;
    };
    let server = our_server(SERVER, wire);
    let mut client = Command::new(python);
    client.arg(tools::root().join("tests/python/interop_client.py"));
    client.arg(&server.address).args(wire.driver_arguments());
    let peers = format!("grpcio's client, our server, {}", wire.name());
    // Without `orca_per_rpc`, whose trailer the C core hides from its users, and with
    // `client_compressed_unary`.
    all_at_once(&peers, PLAIN.len(), &mut client);
}

fn grpc_js_and_ours(wire: &Wire) {
    let Some(mut client) = tools::node() else {
        return;
    };
    let server = our_server(SERVER, wire);
    client.arg(tools::root().join("tests/node/interop_client.js"));
    client.arg(&server.address).args(wire.driver_arguments());
    let peers = format!("grpc-js' client, our server, {}", wire.name());
    // With `client_compressed_unary`.
    all_at_once(&peers, PLAIN.len() + 1, &mut client);
}

/// Each pair of peers over each wire.
macro_rules! pairs {
    ($($pair:ident $clear:ident $tls:ident;)*) => {$(
        #[test]
        fn $clear() {
            $pair(&Wire::Clear);
        }

        #[test]
        fn $tls() {
            $pair(&Wire::tls());
        }
    )*};
}

pairs! {
    ours_and_ours our_client_against_our_server our_client_against_our_server_over_tls;
    grpc_go_and_ours grpc_go_client_against_our_server grpc_go_client_against_our_server_over_tls;
    ours_and_grpc_go our_client_against_grpc_go_server our_client_against_grpc_go_server_over_tls;
    grpcio_and_ours grpcio_client_against_our_server grpcio_client_against_our_server_over_tls;
    grpc_js_and_ours grpc_js_client_against_our_server grpc_js_client_against_our_server_over_tls;
}
