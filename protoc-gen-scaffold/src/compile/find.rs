//! Which protoc.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::fault::Fault;

/// A protoc that answered.
#[derive(Debug)]
pub(super) struct Protoc {
    pub(super) path: PathBuf,
    /// Where it keeps `google/protobuf/*.proto`, if not beside itself.
    pub(super) include: Option<PathBuf>,
    /// As in `libprotoc 29.3`.
    pub(super) version: (u32, u32),
}

/// The one that is asked for, else `$PROTOC`, else the carried one, else the one
/// on `PATH`.
pub(super) fn find(asked: Option<&Path>) -> Result<Protoc, Fault> {
    let named = asked
        .map(|path| (path.to_owned(), "which was asked for"))
        .or_else(|| {
            std::env::var_os("PROTOC").map(|path| (PathBuf::from(path), "which $PROTOC names"))
        });
    let (path, include) = match &named {
        Some((path, _)) => (path.clone(), None),
        None => carried().unwrap_or_else(|| (PathBuf::from("protoc"), None)),
    };
    let output = Command::new(&path)
        .arg("--version")
        .output()
        .map_err(|error| {
            let what = match &named {
                Some((path, who)) => format!("`{}`, {who}, does not run: {error}", path.display()),
                None => "no protoc is installed".to_owned(),
            };
            Fault::new(what).help(WAYS_OUT)
        })?;
    let said = String::from_utf8_lossy(&output.stdout);
    let version = version(&said).ok_or_else(|| {
        Fault::new(format!(
            "`{} --version` does not answer as a protoc does, but with {:?}",
            path.display(),
            said.lines().next().unwrap_or_default()
        ))
        .help(WAYS_OUT)
    })?;
    Ok(Protoc {
        path,
        include,
        version,
    })
}

const WAYS_OUT: &str = "put a protoc on PATH or name it in $PROTOC, or build with the feature \
                        `vendored-protoc`, or run protoc-gen-scaffold as a plugin of protoc or buf";

#[cfg(feature = "vendored-protoc")]
fn carried() -> Option<(PathBuf, Option<PathBuf>)> {
    let path = protoc_bin_vendored::protoc_bin_path().ok()?;
    Some((path, protoc_bin_vendored::include_path().ok()))
}

#[cfg(not(feature = "vendored-protoc"))]
fn carried() -> Option<(PathBuf, Option<PathBuf>)> {
    None
}

/// The two numbers that tell protocs apart: 3.21 and, since, 22.0 to 36.2.
fn version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.trim().strip_prefix("libprotoc ")?.split('.');
    let major = numbers.next()?.parse().ok()?;
    let minor = numbers
        .next()
        .map(|minor| minor.trim_end_matches(|char: char| !char.is_ascii_digit()))
        .and_then(|minor| minor.parse().ok())
        .unwrap_or(0);
    Some((major, minor))
}

// === impl Protoc ===

impl Protoc {
    /// The latest edition it reads, by year; nothing if none.
    pub(super) fn edition(&self) -> Option<&'static str> {
        match self.version.0 {
            0..27 => None,
            27..32 => Some("2023"),
            // What comes after is refused later, by what the descriptor says.
            _ => Some("9999"),
        }
    }
}
