//! What the tests of payloads share: cases in folders, a decoder that forgives
//! nothing, and expectations of values.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "each test takes what it needs"
)]

mod expect;
pub mod strict;

use std::path::{Path, PathBuf};

use protoc_gen_scaffold::compile::{Backend, Source, compile_with};

pub use expect::Expectations;
pub use strict::{pool_of, strict};

/// The folders under `tests/payload/KIND`, sorted.
pub fn cases(kind: &str) -> Vec<PathBuf> {
    let folder = here().join(kind);
    let entries = std::fs::read_dir(folder).expect("the cases have moved");
    let mut cases: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "the cases have moved");
    cases
}

pub fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payload")
}

/// The encoded descriptor set of a case, imports included; that of `fault.proto`
/// if it has no file of its own.
pub fn compile(case: &Path) -> Vec<u8> {
    let (own, shared) = (case.join("in.proto"), here().join("fault.proto"));
    let source = Source {
        files: vec![if own.is_file() { own } else { shared }],
        includes: vec![case.to_owned(), here().join("include"), here()],
        backend: Backend::Auto,
        parameter: String::new(),
    };
    let compiled = compile_with(&source, None).unwrap_or_else(|faults| panic!("{faults}"));
    set(compiled.request().bytes())
}

/// Encoded files as one encoded set.
pub fn set<B: AsRef<[u8]>>(files: impl IntoIterator<Item = B>) -> Vec<u8> {
    let mut set = Vec::new();
    for file in files {
        prost_reflect::prost::encoding::bytes::encode(1, &file.as_ref().to_vec(), &mut set);
    }
    set
}

/// Compares with a golden file; `SCAFFOLD_UPDATE=1` writes it.
pub fn golden(path: &Path, text: &str) {
    if std::env::var_os("SCAFFOLD_UPDATE").is_some() {
        std::fs::write(path, text).expect("the golden file is written");
        return;
    }
    let wanted = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(
        wanted,
        text,
        "{} (SCAFFOLD_UPDATE=1 writes it)",
        path.display()
    );
}

/// FNV-1a.
pub fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    })
}
