//! The tool as a process, and a server of ours.

use std::path::Path;
use std::process::{Command, Output};

use scaffold_runtime::net::ServerTls;
use scaffold_runtime::{Server, ServerConfig, ServerHandle};
use scaffold_tests::pb::probe::v1::probe::ProbeServer;
use scaffold_tests::probe::ProbeHandler;
use serde_json::Value;

/// Runs `cargo scaffold load` with these words.
pub(crate) fn load(words: &[&str]) -> Output {
    command(words).output().expect("the tool starts")
}

pub(crate) fn command(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-scaffold"));
    command
        .args(["scaffold", "load"])
        .args(words)
        .stdin(std::process::Stdio::null());
    command
}

/// Makes a short run; the summaries of its methods.
pub(crate) fn summaries(words: &[&str]) -> Vec<Value> {
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
pub(crate) fn fine(summaries: &[Value], messages: [(u64, u64); 4]) {
    assert_eq!(summaries.len(), 4);
    for (summary, (sent, received)) in summaries.iter().zip(messages) {
        assert_eq!(summary["ok"], 10, "{summary:#}");
        assert_eq!(summary["failed"], 0, "{summary:#}");
        assert_eq!(summary["sent"], sent * 10, "{summary:#}");
        assert_eq!(summary["received"], received * 10, "{summary:#}");
    }
}

/// A server of ours, gone when dropped.
pub(crate) struct Ours {
    pub(crate) address: String,
    pub(crate) handle: ServerHandle,
}

impl Drop for Ours {
    fn drop(&mut self) {
        self.handle.shutdown();
    }
}

pub(crate) fn ours() -> Ours {
    ours_with(None)
}

pub(crate) fn ours_with(tls: Option<ServerTls>) -> Ours {
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

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("a path of text")
}

/// What is said of a line that makes no run, and its exit code.
pub(crate) fn refused(words: &[&str]) -> (Option<i32>, String) {
    let output = load(words);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.stdout.is_empty(), "{output:?}");
    (output.status.code(), said)
}
