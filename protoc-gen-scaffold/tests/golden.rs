//! Golden cases: a folder of protos and options in, a folder of Rust out. The
//! workspace's own tests compile what comes out.

mod shared;

use protoc_gen_scaffold::compile::Backend;
use shared::{Outcome, cases, golden, options, outcome, read_folder};

#[test]
fn output_is_as_it_was() {
    for case in cases("golden") {
        let Outcome { files, error } = outcome(&case, Backend::Pure);
        assert_eq!(error, "", "{}", case.display());
        for (name, content) in &files {
            golden(&case.join("out").join(name), content);
        }
        let there: Vec<String> = read_folder(&case.join("out")).into_keys().collect();
        let made: Vec<String> = files.into_keys().collect();
        assert_eq!(there, made, "{}", case.display());
    }
}

#[test]
fn output_does_not_depend_on_who_parsed() {
    if !shared::has_protoc() {
        return;
    }
    for case in cases("golden") {
        let pure = outcome(&case, Backend::Pure);
        let protoc = outcome(&case, Backend::Protoc);
        assert_eq!(pure.error, protoc.error, "{}", case.display());
        for (name, content) in &pure.files {
            assert!(
                protoc.files.get(name) == Some(content),
                "{}: {name} is not the same from protoc",
                case.display()
            );
        }
    }
}

#[test]
fn output_is_the_same_each_time() {
    for case in cases("golden") {
        let first = outcome(&case, Backend::Pure).files;
        assert!(
            outcome(&case, Backend::Pure).files == first,
            "{}",
            case.display()
        );
    }
}

#[test]
fn every_case_says_how_it_is_mounted() {
    for case in cases("golden") {
        assert!(options(&case).contains("mount=tree"), "{}", case.display());
    }
}
