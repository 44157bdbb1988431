//! `cargo scaffold load` against servers of others and of ours, which it knows
//! nothing of but what they or their `.proto` files say.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use scaffold_runtime::net::ServerTls;
use scaffold_runtime::{Server, ServerConfig, ServerHandle};
use scaffold_tests::pb::probe::v1::probe::ProbeServer;
use scaffold_tests::probe::ProbeHandler;
use scaffold_tests::tools::{self, Served};
use serde_json::Value;

/// Runs `cargo scaffold load` with these words.
fn load(words: &[&str]) -> Output {
    command(words).output().expect("the tool starts")
}

fn command(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-scaffold"));
    command
        .args(["scaffold", "load"])
        .args(words)
        .stdin(std::process::Stdio::null());
    command
}

/// Makes a short run; the summaries of its methods.
fn summaries(words: &[&str]) -> Vec<Value> {
    let out = tempfile::tempdir().expect("a folder");
    let folder = out.path().to_str().expect("a path of text");
    let fixed = [
        "--arrival",
        "uniform",
        "--rate",
        "40",
        "--duration",
        "1s",
        "--warmup",
        "0s",
        "--verify",
        "100%",
        "--out",
        folder,
    ];
    let output = load(&[words, &fixed].concat());
    // A busy machine makes no measurement, but it makes the calls.
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 5)), "{output:?}");
    let report = std::fs::read_to_string(out.path().join("report.json")).expect("a report");
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let summary = report["summary"].as_array().expect("a list").clone();
    let methods = report["run"]["record"]["methods"]
        .as_array()
        .expect("a list");
    let with_messages = summary
        .into_iter()
        .zip(methods)
        .map(|(mut summary, method)| {
            summary["sent"] = method["sent"].clone();
            summary["received"] = method["received"].clone();
            summary["errors"] = method["errors"].clone();
            summary
        });
    with_messages.collect()
}

/// Each of four methods was called ten times, and ended well.
fn fine(summaries: &[Value], messages: [(u64, u64); 4]) {
    assert_eq!(summaries.len(), 4);
    for (summary, (sent, received)) in summaries.iter().zip(messages) {
        assert_eq!(summary["ok"], 10, "{summary:#}");
        assert_eq!(summary["failed"], 0, "{summary:#}");
        assert_eq!(summary["sent"], sent * 10, "{summary:#}");
        assert_eq!(summary["received"], received * 10, "{summary:#}");
    }
}

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

/// A server of ours, gone when dropped.
struct Ours {
    address: String,
    handle: ServerHandle,
}

impl Drop for Ours {
    fn drop(&mut self) {
        self.handle.shutdown();
    }
}

fn ours() -> Ours {
    ours_with(None)
}

fn ours_with(tls: Option<ServerTls>) -> Ours {
    let server = Server::new(ServerConfig {
        address: "127.0.0.1:0".parse().expect("an address"),
        workers: 1,
        tls,
        ..ServerConfig::default()
    })
    .add_service(ProbeServer::new(ProbeHandler::default()))
    .bind()
    .expect("a free port");
    let (address, handle) = (server.local_addr().to_string(), server.handle());
    std::thread::spawn(move || server.run());
    Ours { address, handle }
}

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

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

/// What is said of a line that makes no run, and its exit code.
fn refused(words: &[&str]) -> (Option<i32>, String) {
    let output = load(words);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.stdout.is_empty(), "{output:?}");
    (output.status.code(), said)
}

#[test]
fn what_makes_no_run_is_said() {
    let server = ours();
    let at = &*server.address;
    let folder = tempfile::tempdir().expect("a folder");
    let broken = folder.path().join("broken.proto");
    std::fs::write(&broken, "syntax = \"proto3\"; message M { strin a = 1; }").expect("written");
    let unary = ["--call", "Unary", "-d"];
    let with = |json| [&[at], &unary[..], &[json]].concat();
    for (words, code, says) in [
        (
            vec![at],
            2,
            "probe.v1.Probe/ServerStream  probe.v1.Ask -> stream probe.v1.Answer",
        ),
        (vec![at, "--call", "Nobody"], 2, "there is no method Nobody"),
        (vec![at, "--call", "other.v1.Probe/Unary"], 2, "it has: "),
        (
            vec![at, "--call", "Unary", "--call", "Probe/Unary"],
            2,
            "twice",
        ),
        (
            vec![at, "--call", "Unary,Bidi", "-d", "{}"],
            2,
            "METHOD=JSON",
        ),
        (
            vec![at, "--call", "Unary", "-d", "Bidi={}"],
            2,
            "does not name",
        ),
        (with(r#"{"texts":"a"}"#), 2, "'texts'"),
        (with(r#"[{"text":"a"},{"text":1}]"#), 2, "value 2"),
        (with(r#"{"text":"#), 2, "EOF"),
        (with("[]"), 2, "no request"),
        (with("@nowhere.json"), 2, "nowhere.json"),
        (
            vec![at, "--call", "Unary", "--proto", "nowhere.proto"],
            2,
            "nowhere.proto",
        ),
        (
            vec![at, "--call", "M", "--proto", text(&broken)],
            2,
            "broken.proto:1:",
        ),
        (vec![at, "--call", "Unary=0"], 2, "above 0"),
        (vec!["10.1.2.3:1", "--call", "Unary"], 2, "--allow-remote"),
        (vec!["127.0.0.1:1", "--call", "Unary"], 6, "refused"),
    ] {
        let (is, said) = refused(&words);
        assert_eq!(is, Some(code), "{words:?}: {said}");
        assert!(said.contains(says), "{words:?}: {said}");
    }
}

#[test]
fn methods_and_requests_are_shown_without_a_call() {
    let server = ours();
    let listed = load(&[&*server.address, "--list"]);
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(
        listed.contains("probe.v1.Probe/Bidi  stream probe.v1.Ask -> stream probe.v1.Answer\n"),
        "{listed}"
    );
    assert!(!listed.contains("reflection"), "{listed}");

    let shown = |seed: &str| {
        let words = [
            &*server.address,
            "--call",
            "Unary",
            "--show=2",
            "--seed",
            seed,
        ];
        String::from_utf8_lossy(&load(&words).stdout).into_owned()
    };
    let (one, two) = (shown("1"), shown("2"));
    assert_eq!(one, shown("1"), "the same seed makes the same requests");
    assert_ne!(one, two);
    let requests: Vec<Value> = one
        .lines()
        .skip(1)
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(requests.len(), 2);
    assert!(requests[0]["text"].is_string(), "{one}");
}

/// Delimited messages of an edition, in JSON and back. Debian's protoc is too old
/// for editions; that of Python's grpcio-tools is not.
#[cfg(unix)]
#[test]
fn an_edition_is_proto2_in_json() {
    use std::os::unix::fs::PermissionsExt;

    let Some(python) = tools::python() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let protoc = folder.path().join("protoc");
    let script = format!(
        "#!/bin/sh\nexec '{}' -m grpc_tools.protoc \"$@\"\n",
        python.display()
    );
    std::fs::write(&protoc, script).expect("written");
    std::fs::set_permissions(&protoc, std::fs::Permissions::from_mode(0o755)).expect("a program");
    let file: PathBuf = folder.path().join("e.proto");
    let proto = r#"edition = "2023";
package e;
option features.message_encoding = DELIMITED;
service S { rpc Call(M) returns (M); }
message M {
  string name = 1;
  M inner = 2;
  map<string, M> by_name = 3;
  int32 number = 4 [features.field_presence = IMPLICIT];
}
"#;
    std::fs::write(&file, proto).expect("written");
    let json = r#"{"name":"a","inner":{"name":"b"},"byName":{"k":{"number":7}}}"#;
    let show = |more: &[&str]| {
        let words = [
            "127.0.0.1:1",
            "--proto",
            text(&file),
            "--call",
            "Call",
            "--show",
        ];
        let output = command(&[&words, more].concat())
            .env("PROTOC", &protoc)
            .output()
            .expect("the tool starts");
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        let last = shown.lines().last().map(serde_json::from_str);
        last.unwrap_or_else(|| panic!("{output:?}")).expect("JSON")
    };
    let shown: Value = show(&["-d", json]);
    assert_eq!(shown, serde_json::from_str::<Value>(json).expect("JSON"));
    // Made up ones are written by the features of the file, and read back.
    let made: Value = show(&[]);
    assert!(made["inner"]["name"].is_string(), "{made}");
}
