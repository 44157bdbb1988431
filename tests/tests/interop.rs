//! Our server under a client of another make, our client against a server of
//! another make, and the two of ours together: all four shapes, metadata, rich
//! errors, deadlines, cancellation, size limits, compression, health,
//! reflection.

use std::path::Path;
use std::process::Command;

use scaffold_runtime::{Channel, ChannelConfig, Code, Encodings};
use scaffold_tests::checks::{ask, check, check_compressed};
use scaffold_tests::pb::probe::v1::probe::ProbeClient;
use scaffold_tests::tools::{self, Served};

fn ours() -> Served {
    Served::start::<&str>(Path::new(env!("CARGO_BIN_EXE_probe_server")), &[])
}

fn grpcio(args: &[&str]) -> Option<Served> {
    let python = tools::python()?;
    let script = tools::root().join("tests/python/probe_server.py");
    let mut all = vec![script.to_str().expect("the repository's path is UTF-8")];
    all.extend(args);
    Some(Served::start(&python, &all))
}

#[test]
fn grpcio_client_against_our_server() {
    let Some(python) = tools::python() else {
        return;
    };
    let server = ours();
    let output = tools::run(
        Command::new(python)
            .arg(tools::root().join("tests/python/probe_client.py"))
            .arg(&server.address),
    );
    let text = String::from_utf8_lossy(&output.stdout);
    eprintln!("{text}");
    assert!(text.contains("28 of 28 checks passed"), "{text}");
}

#[test]
fn our_client_against_grpcio() {
    if let Some(server) = grpcio(&[]) {
        check(&server.address);
    }
}

#[test]
fn our_client_against_grpcio_with_gzip_both_ways() {
    if let Some(server) = grpcio(&["--gzip"]) {
        check_compressed(&server.address);
        let probe = ProbeClient::new(Channel::lazy(&server.address).expect("a good target"));
        let answer = probe.blocking().unary(ask(&"z".repeat(10_000)));
        let answer = answer.expect("gzip is read");
        assert!(answer.was_compressed() && answer.text.len() == 10_000);
    }
}

/// grpcio compresses by its own setting, whatever the client accepts; the gRPC
/// compression spec has the client end such a call with INTERNAL.
#[test]
fn our_client_refuses_a_compression_it_did_not_offer() {
    let Some(server) = grpcio(&["--gzip"]) else {
        return;
    };
    let mut config = ChannelConfig::default();
    config.compression.accept = Encodings::IDENTITY;
    let channel = Channel::with_config(&server.address, config).expect("a good target");
    let status = ProbeClient::new(channel)
        .blocking()
        .unary(ask(&"z".repeat(10_000)))
        .expect_err("compressed");
    assert_eq!(status.code(), Code::Internal, "{status}");
    assert!(status.message().contains("gzip"), "{status}");
}

#[test]
fn our_client_against_our_server() {
    check(&ours().address);
}

#[test]
fn our_client_against_our_server_with_gzip() {
    check_compressed(&ours().address);
}
