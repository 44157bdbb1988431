//! Requests that break a rule on purpose: those that are refused are fine, those
//! that are not are failures.

mod fake;

use std::path::Path;

use fake::{Behaviour, Silent, plan, start};
use protoc_gen_scaffold::compile::{Source, compile};
use scaffold_load::{ACCEPTED, Exit, Plan, run};
use scaffold_runtime::{CallShape, Descriptors, MethodSpec, ServiceSpec};

/// `fake.Fake/Plain` with a field that is declared so.
fn driver(field: &str) -> Silent {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("fake.proto");
    let proto = format!(
        "syntax = \"proto3\"; package fake; import \"buf/validate/validate.proto\";\n\
         service Fake {{ rpc Plain(Text) returns (Text); }} message Text {{ {field} }}"
    );
    std::fs::write(&file, proto).expect("written");
    let include = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payload/include");
    let source = Source {
        files: vec![file],
        includes: vec![folder.path().to_owned(), include],
        ..Source::default()
    };
    let compiled = compile(&source).unwrap_or_else(|faults| panic!("{faults:?}"));
    let files = compiled.request().bytes().iter();
    let files: Vec<&'static [u8]> = files.map(|bytes| &*bytes.to_vec().leak()).collect();
    let descriptors = Box::leak(Box::new(Descriptors::new(files.leak(), &[])));
    let methods = vec![MethodSpec::new("/fake.Fake/Plain", CallShape::Unary)].leak();
    let spec = ServiceSpec::new("fake.Fake", methods, Some(descriptors));
    Silent(Box::leak(Box::new(spec)))
}

const EMAIL: &str = "string email = 1 [(buf.validate.field).string.email = true];";

fn fifth(server: &fake::Running) -> Plan {
    Plan {
        invalid_ratio: 0.2,
        ..plan(server, "Plain", 100.0, 1000)
    }
}

#[test]
fn refusals_of_what_breaks_a_rule_are_as_they_should_be() {
    let server = start(Behaviour {
        validates: true,
        ..Behaviour::default()
    });
    for unique in [false, true] {
        let plan = Plan {
            unique,
            ..fifth(&server)
        };
        let run = run(driver(EMAIL), plan).expect("a run");
        let record = &run.record.methods[0];
        assert_eq!(record.refused, 20, "{record:?}");
        assert_eq!(record.response_ok.len(), 80);
        assert_eq!(record.response.len(), 100);
        assert_eq!(record.failed(), 0);
    }
}

#[test]
fn what_breaks_a_rule_and_is_taken_is_a_failure() {
    let server = start(Behaviour::default());
    let run = run(driver(EMAIL), fifth(&server)).expect("a run");
    let record = &run.record.methods[0];
    assert_eq!(record.refused, 0);
    let error = &record.errors[ACCEPTED];
    assert_eq!(error.count, 20);
    assert_eq!(error.messages, ["email: string.email"]);
    assert_eq!(run.breaches().count(), 1, "a fifth of the calls failed");
}

#[test]
fn without_rules_there_is_nothing_to_break() {
    let server = start(Behaviour::default());
    let fault = run(driver("string email = 1;"), fifth(&server)).expect_err("no run");
    assert_eq!(fault.exit(), Exit::Usage);
    assert!(fault.to_string().contains("buf.validate"), "{fault}");
}
