//! What is wrong with protos, options and policies, and what is said of it.

mod shared;

use std::fs;

use protoc_gen_scaffold::compile::Backend;
use protoc_gen_scaffold::{Options, docs};
use shared::{cases, golden, outcome};

#[test]
fn faults_say_where_what_and_help() {
    for case in cases("faults") {
        let outcome = outcome(&case, Backend::Pure);
        assert!(
            outcome.files.is_empty(),
            "{}: nothing is wrong",
            case.display()
        );
        golden(&case.join("expected.txt"), &format!("{}\n", outcome.error));
    }
}

#[test]
fn options_are_refused_by_name() {
    for case in cases("options") {
        if case.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let parameter = fs::read_to_string(&case).expect("text");
        let faults = Options::parse(parameter.trim_end_matches('\n')).expect_err("refused");
        golden(&case.with_extension("expected"), &format!("{faults}\n"));
    }
}

#[test]
fn options_that_are_right() {
    for parameter in [
        "",
        "mount=tree",
        "parts=messages+server+client+loadtest+descriptors",
        "extern_path=.=::types,extern_path=.a.b=crate::x::r#type,extern_path=.a.U=()",
        "type_attribute=.=#[derive(Hash\\, Eq)]\\,",
        "type_attribute=.a=#[doc = \"a\\, \\\\\\\\\"] #[doc = \"b\"]",
        "bytes=.,bytes=.a.B.c",
        "runtime=crate,load=::a::b::c",
        "client_feature=grpc-client_2,loadtest_feature=x",
    ] {
        let parsed = Options::parse(parameter);
        let is_attribute_with_a_tail = parameter.ends_with("\\,");
        assert_eq!(
            parsed.is_err(),
            is_attribute_with_a_tail,
            "{parameter}: {parsed:?}"
        );
    }
}

#[test]
fn docs_are_inert() {
    for case in cases("docs") {
        let comment = fs::read_to_string(case.join("in.txt")).expect("text");
        let mut text = docs(&comment).join("\n");
        text.push('\n');
        golden(&case.join("out.md"), &text);
    }
}
