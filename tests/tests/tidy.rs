//! House rules that a machine can hold: the shape of files, and the arrows
//! between rooms (docs/ and each crate's lib.rs say why).

use std::path::{Path, PathBuf};

use scaffold_tests::tools;
use syn::spanned::Spanned;

/// The workspace's Rust files that people write, by their path in it.
fn sources() -> Vec<(String, String)> {
    let root = tools::root();
    let crates = [
        "benches",
        "cargo-scaffold",
        "examples",
        "protoc-gen-scaffold",
        "scaffold-http2",
        "scaffold-load",
        "scaffold-mount",
        "scaffold-runtime",
        "tests",
    ];
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = crates.iter().map(|name| root.join(name)).collect();
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let machine = [
                "gen",
                "golden",
                "editions",
                "target",
                "vendor",
                "node_modules",
            ];
            if path.is_dir() && !machine.contains(&&*name) {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("UTF-8");
                let name = path.strip_prefix(&root).expect("below the root");
                found.push((name.to_string_lossy().into_owned(), text));
            }
        }
    }
    found.sort();
    assert!(found.len() > 50, "the rooms have moved");
    found
}

/// Fails with every offender at once.
fn none(offenders: &[String], rule: &str) {
    assert!(
        offenders.is_empty(),
        "{rule}:\n  {}",
        offenders.join("\n  ")
    );
}

/// Paths of the files in `sources` that hold `needle` and are not excused.
fn holding(needle: &str, below: &str, excused: &[&str]) -> Vec<String> {
    sources()
        .into_iter()
        .filter(|(path, _)| path.starts_with(below))
        // A room of tests alone is not part of the program.
        .filter(|(path, _)| !path.ends_with("/tests.rs"))
        .filter(|(path, _)| !excused.iter().any(|excuse| path.starts_with(excuse)))
        .filter(|(_, text)| {
            // What a file's own tests do is not what the file does.
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            code.lines()
                .any(|line| !line.trim_start().starts_with("//") && line.contains(needle))
        })
        .map(|(path, _)| path)
        .collect()
}

#[test]
fn every_file_says_what_it_is() {
    let mute: Vec<_> = sources()
        .into_iter()
        .filter(|(_, text)| !text.starts_with("//!"))
        .map(|(path, _)| path)
        .collect();
    none(&mute, "files that do not open with `//!`");
}

#[test]
fn rooms_are_small() {
    let big: Vec<_> = sources()
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > 400)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    none(&big, "files over 400 lines");
}

#[test]
fn the_pipeline_can_be_read_aloud() {
    let path = tools::root().join("protoc-gen-scaffold/src/lib.rs");
    let file = syn::parse_file(&std::fs::read_to_string(path).expect("UTF-8")).expect("Rust");
    let lines = file.items.iter().find_map(|item| match item {
        syn::Item::Fn(function) if function.sig.ident == "generate" => {
            let span = function.span();
            Some(span.end().line - span.start().line)
        }
        _ => None,
    });
    let lines = lines.expect("`generate` is in lib.rs");
    assert!(lines <= 40, "`generate` has {lines} lines");
}

#[test]
fn names_are_decided_in_one_file() {
    let others = holding(
        "use heck",
        "protoc-gen-scaffold/src",
        &["protoc-gen-scaffold/src/names"],
    );
    none(&others, "heck is for names.rs alone");
    none(
        &holding("use heck", "cargo-scaffold/src", &[]),
        "names come from the model",
    );
}

#[test]
fn the_model_is_plain_data() {
    let uses: Vec<_> = sources()
        .into_iter()
        .filter(|(path, _)| path.starts_with("protoc-gen-scaffold/src/model"))
        .flat_map(|(path, text)| {
            text.lines()
                .filter(|line| line.starts_with("use "))
                .filter(|line| {
                    !["std::", "super::", "self::", "crate::model"]
                        .iter()
                        .any(|own| line[4..].starts_with(own))
                })
                .map(|line| format!("{path}: {line}"))
                .collect::<Vec<_>>()
        })
        .collect();
    none(&uses, "the model imports std alone");
}

#[test]
fn files_are_written_in_one_room() {
    for (crate_, rooms) in [
        (
            "protoc-gen-scaffold/src",
            &["protoc-gen-scaffold/src/write"][..],
        ),
        ("cargo-scaffold/src", &["cargo-scaffold/src/write"][..]),
        (
            "scaffold-load/src",
            // The other sets its thread's timers, which is a file of /proc.
            &[
                "scaffold-load/src/report/write.rs",
                "scaffold-load/src/pace/sleep.rs",
            ][..],
        ),
    ] {
        for call in ["fs::write", "fs::rename", "File::create", "fs::remove_file"] {
            let others = holding(call, crate_, rooms);
            none(&others, &format!("`{call}` outside {rooms:?}"));
        }
    }
}

#[test]
fn http2_does_no_io_and_has_no_clock() {
    for name in [
        "std::net",
        "std::fs",
        "Instant::now",
        "SystemTime",
        "async ",
    ] {
        none(
            &holding(
                name,
                "scaffold-http2/src",
                &["scaffold-http2/src/hpack/http2jp"],
            ),
            &format!("`{name}` in the state machine"),
        );
    }
}

#[test]
fn arrows_between_crates() {
    let not = |krate: &str, dependency: &str| {
        let path = tools::root().join(krate).join("Cargo.toml");
        let manifest = std::fs::read_to_string(Path::new(&path)).expect("UTF-8");
        let normal = manifest
            .split("[dev-dependencies]")
            .next()
            .unwrap_or_default();
        assert!(
            !normal.lines().any(|line| line.starts_with(dependency)),
            "{krate} must not depend on {dependency}"
        );
    };
    not("protoc-gen-scaffold", "scaffold-runtime");
    not("protoc-gen-scaffold", "scaffold-load");
    for outside in ["scaffold-load", "h2"] {
        not("scaffold-runtime", outside);
    }
    for outside in ["scaffold-", "tokio", "h2", "http"] {
        not("scaffold-http2", outside);
    }
    not("scaffold-runtime", "protoc-gen-scaffold");
}

#[test]
fn no_unsafe_in_what_people_use() {
    for root in [
        "protoc-gen-scaffold/src/lib.rs",
        "protoc-gen-scaffold/src/main.rs",
        "cargo-scaffold/src/main.rs",
        "scaffold-http2/src/lib.rs",
        "scaffold-load/src/lib.rs",
        "scaffold-mount/src/lib.rs",
        "scaffold-runtime/src/lib.rs",
    ] {
        let text = std::fs::read_to_string(tools::root().join(root)).expect("UTF-8");
        assert!(text.contains("#![forbid(unsafe_code)]"), "{root}");
    }
}

/// Nor in tests and benchmarks, but for the allocators that count: the trait of a
/// global allocator has no safe form.
#[test]
fn no_unsafe_anywhere_else() {
    let allocators = [
        "benches/transport/peer/src/counting.rs",
        "scaffold-http2/benches/support/allocator.rs",
        "scaffold-runtime/benches/client/cost.rs",
    ];
    let mut with: Vec<_> = sources()
        .into_iter()
        .filter(|(_, text)| text.contains("unsafe"))
        .filter(|(path, text)| {
            let tokens = text.parse::<proc_macro2::TokenStream>();
            has_unsafe(tokens.unwrap_or_else(|error| panic!("{path}: {error}")))
        })
        .map(|(path, _)| path)
        .collect();
    with.retain(|path| !allocators.contains(&&**path));
    none(&with, "files with `unsafe`");
}

/// Whether the keyword is among the tokens, and not in a comment or a text.
fn has_unsafe(tokens: proc_macro2::TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == "unsafe",
        proc_macro2::TokenTree::Group(group) => has_unsafe(group.stream()),
        _ => false,
    })
}
