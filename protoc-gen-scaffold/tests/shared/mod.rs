//! What the tests of the generator share: cases in folders, golden files.

#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use protoc_gen_scaffold::compile::{Backend, Source, compile};

/// What a case gives.
#[derive(Debug, PartialEq)]
pub struct Outcome {
    pub files: BTreeMap<String, String>,
    pub error: String,
}

/// The folders or files under `tests/KIND`, sorted.
pub fn cases(kind: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(kind);
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the cases are there")
        .map(|entry| entry.expect("a case").path())
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "the cases have moved");
    cases
}

/// Compares with a golden file; `UPDATE_GOLDEN=1` writes it, as does the name
/// that the front end's tests go by.
pub fn golden(path: &Path, text: &str) {
    let update = ["UPDATE_GOLDEN", "SCAFFOLD_UPDATE"];
    if update.iter().any(|name| std::env::var_os(name).is_some()) {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
        return;
    }
    let wanted = fs::read_to_string(path).unwrap_or_default();
    if wanted != text {
        let line = wanted
            .lines()
            .zip(text.lines())
            .position(|(a, b)| a != b)
            .unwrap_or(0);
        panic!(
            "{} differs from line {}\n  was: {:?}\n  now: {:?}\n(UPDATE_GOLDEN=1 writes it)",
            path.display(),
            line + 1,
            wanted.lines().nth(line),
            text.lines().nth(line)
        );
    }
}

/// A case's options: its `options.txt`, a line each, joined as protoc does.
pub fn options(case: &Path) -> String {
    let text = fs::read_to_string(case.join("options.txt")).unwrap_or_default();
    text.lines().collect::<Vec<_>>().join(",")
}

/// Compiles and generates all protos of a case.
pub fn outcome(case: &Path, backend: Backend) -> Outcome {
    let proto = case.join("proto");
    let source = Source {
        files: vec![proto.clone()],
        includes: vec![proto],
        backend,
        parameter: options(case),
    };
    let files =
        compile(&source).and_then(|compiled| protoc_gen_scaffold::generate(compiled.request()));
    match files {
        Ok(files) => Outcome {
            files: files
                .into_iter()
                .map(|file| (file.name, file.content))
                .collect(),
            error: String::new(),
        },
        Err(faults) => Outcome {
            files: BTreeMap::new(),
            error: faults.to_string(),
        },
    }
}

/// Name to content, of a flat folder.
pub fn read_folder(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| entry.expect("a file").path())
        .map(|path| {
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            (name, fs::read_to_string(path).expect("text"))
        })
        .collect()
}

/// Whether there is a protoc to compare with.
pub fn has_protoc() -> bool {
    std::process::Command::new("protoc")
        .arg("--version")
        .output()
        .is_ok()
}
