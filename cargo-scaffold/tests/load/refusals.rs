//! Lines that make no run, and what is shown without one.

use std::path::PathBuf;

use scaffold_tests::tools;
use serde_json::Value;

use crate::support::{command, load, ours, refused, text};

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
