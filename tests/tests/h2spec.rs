//! h2spec, strict, against a server as users run it: generated service, all
//! workers, in clear and over TLS. Nothing may be skipped.
//!
//! The state machine alone is held to the same in scaffold-http2's own tests.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use scaffold_tests::attack::Process;
use scaffold_tests::tools;

/// A run takes seconds; a busy machine gets more.
const PATIENCE: Duration = Duration::from_secs(180);

/// How long h2spec waits for an answer, in seconds, before a case fails.
const TIMEOUT: &str = "10";

/// Every case passed and none was skipped: 147 in h2spec 2.6.0, 146 in 2.2.1,
/// which is the newest that Go's module proxy has.
fn complete(report: &str) -> bool {
    [147, 146]
        .iter()
        .any(|all| report.contains(&format!("{all} tests, {all} passed, 0 skipped, 0 failed")))
}

/// Runs h2spec against the server of `settings`, with `flags` besides.
fn strict(settings: &[(&str, &str)], flags: &[&str]) {
    let Some(tool) = tools::find("H2SPEC", "h2spec", &["--version"]) else {
        return;
    };
    let program = Path::new(env!("CARGO_BIN_EXE_attack_server"));
    let mut server = Process::start::<&str>(program, &[], settings);
    let port = server.address.port().to_string();
    let (_, report) = tools::run_within(
        Command::new(tool)
            .args(["--strict", "--host", "127.0.0.1", "--port", &port])
            .args(["--timeout", TIMEOUT])
            .args(flags)
            .stdin(Stdio::null()),
        PATIENCE,
    );
    assert!(complete(&report), "{report}");
    let summary = report.lines().find(|line| line.contains(" passed, "));
    println!("h2spec {flags:?}: {}", summary.unwrap_or_default());
    // It has said so of this server.
    assert!(server.counters().len() > 1, "{:?}", server.counters());
}

#[test]
fn strict_and_complete_in_clear() {
    strict(&[], &[]);
}

#[test]
fn strict_and_complete_over_tls() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("made");
    let files = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: String| {
        let path = files.path().join(name);
        std::fs::write(&path, text).expect("written");
        path.to_str().expect("UTF-8").to_owned()
    };
    let certificate = write("server.pem", made.cert.pem());
    let key = write("server.key", made.signing_key.serialize_pem());
    strict(
        &[
            ("ATTACK__TLS__CERTIFICATE", &certificate),
            ("ATTACK__TLS__KEY", &key),
        ],
        &["--tls", "--insecure"],
    );
}
