//! Servers of others and of ours, which the tool knows nothing of but what they or
//! their `.proto` files say.

use std::process::Command;

use scaffold_runtime::net::ServerTls;
use scaffold_tests::tools::{self, Served};

use crate::support::{fine, load, ours, ours_with, refused, summaries, text};

/// What the four shapes of the probe are called with.
const PROBE: [&str; 12] = [
    "--call",
    "Unary,probe.v1.Probe/ServerStream",
    "--call",
    "probe.v1.Probe.ClientStream,Probe/Bidi",
    "-d",
    r#"Unary=[{"text":"a"},{"text":"b"}]"#,
    "-d",
    r#"ServerStream={"count":3}"#,
    "-d",
    r#"ClientStream=[{"text":"a"},{"text":"b"}]"#,
    "-d",
    r#"Bidi=[[{"text":"a"}],[{"text":"b"}]]"#,
];

const PROBE_MESSAGES: [(u64, u64); 4] = [(1, 1), (1, 3), (2, 1), (1, 1)];

#[test]
fn a_server_of_ours_by_reflection() {
    let server = ours();
    fine(
        &summaries(&[&[&*server.address], &PROBE[..]].concat()),
        PROBE_MESSAGES,
    );
}

/// Its services are asked for over TLS, too.
#[test]
fn a_server_of_ours_over_tls() {
    let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]);
    let own = own.expect("a certificate");
    let server = ours_with(Some(ServerTls::new(
        own.cert.pem(),
        own.signing_key.serialize_pem(),
    )));
    let ca = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(ca.path(), own.cert.pem()).expect("written");
    let port = server.address.rsplit_once(':').expect("a port").1;
    let address = format!("https://localhost:{port}");
    let trusted = ["--tls-ca", text(ca.path())];
    let words = [&[&*address], &trusted[..], &PROBE[..]].concat();
    fine(&summaries(&words), PROBE_MESSAGES);

    // Nobody else's word counts for it.
    let (code, said) = refused(&[&address, "--call", "Unary"]);
    assert_eq!(code, Some(6), "{said}");
    let (code, said) = refused(&[&server.address, "--call", "Unary"]);
    assert_eq!(code, Some(6), "{said}");
}

/// grpcio serves the older form of reflection alone.
#[test]
fn grpcio_by_reflection() {
    let Some(python) = tools::python() else {
        return;
    };
    let script = tools::root().join("tests/python/probe_server.py");
    let server = Served::start(&python, &[script]);
    fine(
        &summaries(&[&[&*server.address], &PROBE[..]].concat()),
        PROBE_MESSAGES,
    );
}

/// What the four shapes of grpc-go's test service are called with.
const INTEROP: [&str; 12] = [
    "--call",
    "UnaryCall,StreamingOutputCall",
    "--call",
    "StreamingInputCall,FullDuplexCall",
    "-d",
    r#"UnaryCall={"responseSize":20,"payload":{"body":"AAEC"}}"#,
    "-d",
    r#"StreamingOutputCall={"responseParameters":[{"size":3},{"size":500}]}"#,
    "-d",
    r#"StreamingInputCall=[{"payload":{"body":"AAEC"}},{}]"#,
    "-d",
    r#"FullDuplexCall=[[{"responseParameters":[{"size":3}]},{"responseParameters":[{"size":4}]}]]"#,
];

const INTEROP_MESSAGES: [(u64, u64); 4] = [(1, 1), (1, 2), (2, 1), (2, 2)];

#[test]
fn grpc_go_by_reflection() {
    let Some(program) = tools::grpc_go("reflective") else {
        return;
    };
    let server = Served::start::<&str>(&program, &[]);
    let summaries = summaries(&[&[&*server.address], &INTEROP[..]].concat());
    fine(&summaries, INTEROP_MESSAGES);
}

/// Without reflection it takes `.proto` files, and says so.
#[test]
fn grpc_go_by_proto_files() {
    let Some(program) = tools::grpc_go("server") else {
        return;
    };
    // It says nothing of the port that it gets for 0.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|free| free.local_addr())
        .expect("a free port")
        .port();
    let mut child = Command::new(program)
        .arg(format!("--port={port}"))
        .spawn()
        .expect("it starts");
    let address = format!("127.0.0.1:{port}");
    let begun = std::time::Instant::now();
    while std::net::TcpStream::connect(&address).is_err() {
        assert!(begun.elapsed().as_secs() < 30, "it does not listen");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let blind = load(&[&*address, "--call", "EmptyCall"]);
    let protos = tools::root().join("tests/proto");
    let (file, root) = (protos.join("grpc/testing/test.proto"), text(&protos));
    let seeing = std::panic::catch_unwind(|| {
        summaries(&[&[&*address, "--proto", text(&file), "-I", root], &INTEROP.map(|word| {
            // Two services of the file have methods of these names.
            if word.starts_with("UnaryCall,") {
                "grpc.testing.TestService/UnaryCall,grpc.testing.TestService/StreamingOutputCall"
            } else {
                word
            }
        })[..]].concat())
    });
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    assert_eq!(blind.status.code(), Some(6), "{blind:?}");
    assert!(
        String::from_utf8_lossy(&blind.stderr).contains("--proto"),
        "{blind:?}"
    );
    fine(&seeing.expect("a run"), INTEROP_MESSAGES);
}
