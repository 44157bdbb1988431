//! What the tests of the front end share: cases in folders, the protocs of this
//! machine, golden files.

#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use protoc_gen_scaffold::compile::{Backend, Compiled, Source, compile_with};
use protoc_gen_scaffold::descriptor::Index;
use protoc_gen_scaffold::descriptor::canonical::Canonical;
use protoc_gen_scaffold::fault::Faults;
use protoc_gen_scaffold::lower::{Lowered, lower};
use protoc_gen_scaffold::request::Request;

pub type Result<T = (), E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// The folders under `tests/KIND`, sorted.
pub fn cases(kind: &str) -> Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(kind);
    let mut cases = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    cases.sort();
    assert!(!cases.is_empty(), "the cases have moved");
    Ok(cases)
}

/// Compares with a golden file; `SCAFFOLD_UPDATE=1` writes it.
pub fn golden(path: &Path, text: &str) -> Result {
    if std::env::var_os("SCAFFOLD_UPDATE").is_some() {
        fs::write(path, text)?;
        return Ok(());
    }
    let wanted = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(
        wanted,
        text,
        "{} (SCAFFOLD_UPDATE=1 writes it)",
        path.display()
    );
    Ok(())
}

/// Compiles everything under a folder.
pub fn compile_folder(
    folder: &Path,
    backend: Backend,
    protoc: Option<&Path>,
) -> Result<Compiled, Faults> {
    let source = Source {
        files: vec![folder.to_owned()],
        includes: vec![folder.to_owned()],
        backend,
        parameter: String::new(),
    };
    compile_with(&source, protoc)
}

/// The canonical bytes of each file.
pub fn canonical(request: &Request) -> Vec<(String, Vec<u8>)> {
    let index = Index::new(request.files());
    let canonical = Canonical::new(request.files(), &index);
    let files = request.files().iter().zip(request.bytes());
    files
        .map(|(file, bytes)| (file.name().to_owned(), canonical.file(bytes)))
        .collect()
}

/// The files to generate, lowered.
pub fn lowered(request: &Request) -> Result<Lowered, Faults> {
    let wanted: Vec<_> = request
        .to_generate()
        .iter()
        .map(|&at| request.files()[at].name())
        .collect();
    lower(request.files(), &Index::new(request.files()), |name| {
        wanted.contains(&name)
    })
}

/// A protoc of each kind that this machine has: an old one that knows no
/// editions, and a recent one.
pub fn protocs() -> Vec<PathBuf> {
    let mut found: Vec<_> = ["PROTOC", "SCAFFOLD_NEW_PROTOC"]
        .iter()
        .filter_map(std::env::var_os)
        .map(PathBuf::from)
        .collect();
    found.push(PathBuf::from("protoc"));
    found.extend(grpc_tools());
    found.retain(|path| version(path).is_some());
    if found.is_empty() {
        skip(
            "protoc",
            "there is none on PATH, in $PROTOC or in Python's grpcio-tools",
        );
    }
    found
}

/// A protoc that reads edition 2024.
pub fn new_protoc() -> Option<PathBuf> {
    let found = protocs().into_iter().find(|path| version(path) >= Some(32));
    if found.is_none() {
        skip(
            "a protoc of version 32 or later",
            "name one in $SCAFFOLD_NEW_PROTOC, or install grpcio-tools",
        );
    }
    found
}

pub fn version(protoc: &Path) -> Option<u32> {
    let output = Command::new(protoc).arg("--version").output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    said.strip_prefix("libprotoc ")?
        .split('.')
        .next()?
        .trim()
        .parse()
        .ok()
}

/// Says that something is not tested here; CI takes that for a failure.
pub fn skip(what: &str, why: &str) {
    assert!(
        std::env::var_os("CI").is_none(),
        "{what} must be there in CI: {why}"
    );
    eprintln!("skipped: {what}: {why}");
}

/// The protoc in Python's grpcio-tools, behind a script that looks like one.
#[cfg(unix)]
fn grpc_tools() -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;
    use std::sync::OnceLock;
    static SCRIPT: OnceLock<Option<PathBuf>> = OnceLock::new();
    let write = || {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("protoc-{}", std::process::id()));
        fs::write(
            &path,
            "#!/bin/sh\nexec python3 -m grpc_tools.protoc \"$@\"\n",
        )
        .ok()?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).ok()?;
        Some(path)
    };
    SCRIPT.get_or_init(write).clone()
}

#[cfg(not(unix))]
fn grpc_tools() -> Option<PathBuf> {
    None
}
