//! Payloads with validation rules, held against protovalidate itself: what
//! should be valid is, and what should break one rule breaks just that one.

use std::fmt::Write as _;
use std::process::Command;

use protoc_gen_scaffold::compile::{Source, compile};
use scaffold_load::payload::{Options, Pool};
use scaffold_tests::{payloads, tools};

/// Rules that name no value, so that the message's own is what they leave.
const MESSAGES: [&str; 4] = [
    "rules.Texts",
    "rules.Numbers",
    "rules.Others",
    "rules.Virtual",
];

#[test]
fn protovalidate_agrees() {
    let python = tools::find(
        "SCAFFOLD_PYTHON",
        "python3",
        &["-c", "import google.protobuf, protovalidate"],
    );
    let Some(python) = python else {
        return;
    };
    let cases = tools::root().join("scaffold-load/tests/payload");
    let source = Source {
        files: vec![cases.join("cases/rules/in.proto")],
        includes: vec![cases.join("cases/rules"), cases.join("include")],
        ..Source::default()
    };
    let compiled = compile(&source).unwrap_or_else(|faults| panic!("{faults}"));
    let set = payloads::set(compiled.request().bytes());
    let pool = Pool::new(&set).expect("a pool");
    let mut lines = String::new();
    for message in MESSAGES {
        let generator = pool
            .generator(message, &Options::default())
            .expect("a generator");
        let mut line = |bytes: &[u8], rule: &str| {
            write!(lines, "{message}\t").expect("a string");
            bytes
                .iter()
                .for_each(|byte| write!(lines, "{byte:02x}").expect("a string"));
            writeln!(lines, "\t{rule}").expect("a string");
        };
        let mut bytes = Vec::new();
        for index in 0..100 {
            bytes.clear();
            generator.encode(index, &mut bytes);
            line(&bytes, "-");
        }
        // Each rule a few times.
        for index in 0..4 * generator.violations().count() as u64 {
            bytes.clear();
            let violation = generator
                .encode_invalid(index, &mut bytes)
                .expect("a rule to break");
            let rule = violation.rule.split(' ').next().unwrap_or_default();
            line(&bytes, rule);
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (set_path, lines_path) = (
        folder.path().join("set.binpb"),
        folder.path().join("payloads.txt"),
    );
    std::fs::write(&set_path, set).expect("the set is written");
    std::fs::write(&lines_path, lines).expect("the payloads are written");
    let script = tools::root().join("tests/python/validate_payloads.py");
    let output = tools::run(
        Command::new(python)
            .arg(script)
            .arg(set_path)
            .arg(lines_path),
    );
    println!("{}", String::from_utf8_lossy(&output.stdout));
}
