//! A protoc, run beside this process. See `docs/protoc-backend.md` for why it
//! is not protobuf-parse that runs it.

use std::path::{Path, PathBuf};
use std::process::Command;

use prost::Message;
use prost::bytes::Bytes;

use super::closure::Closure;
use super::find::Protoc;
use super::inputs::Includes;
use super::source::{ANNOTATIONS, ANNOTATIONS_NAME};
use super::stderr;
use crate::descriptor::FileDescriptorSet;
use crate::fault::{Fault, Faults};

/// The descriptor set of all files.
pub(super) fn parse(
    protoc: &Protoc,
    closure: &Closure,
    names: &[String],
    includes: &Includes,
) -> Result<FileDescriptorSet, Faults> {
    can_read(protoc, closure)?;
    let missing: Faults = closure.missing_to_protoc().cloned().collect();
    missing.gate(())?;
    let room = tempfile::tempdir().map_err(no_room)?;
    let carried = room.path().join("include");
    let set = room.path().join("set");
    let arguments = room.path().join("arguments");
    crate::write::scratch(&carried.join(ANNOTATIONS_NAME), ANNOTATIONS.as_bytes())
        .map_err(no_room)?;
    let mut lines = vec![
        "--include_imports".to_owned(),
        "--include_source_info".to_owned(),
        format!("--descriptor_set_out={}", set.display()),
    ];
    let search = includes
        .paths()
        .iter()
        .map(PathBuf::as_path)
        .chain([carried.as_path()])
        .chain(protoc.include.as_deref());
    for path in search {
        lines.push(format!("--proto_path={}", search_path(path)?));
    }
    for name in names {
        // The whole path: protoc takes a bare name for a file in the current
        // directory, if one is there.
        let path = includes.find(name).unwrap_or_else(|| carried.join(name));
        lines.push(from_here(&path));
    }
    if let Some(line) = lines.iter().find(|line| line.contains(['\n', '\r'])) {
        return Err(Fault::new(format!(
            "protoc cannot take a path with a line end: {line:?}"
        ))
        .into());
    }
    // In a file: thousands of names are more than a command line holds.
    crate::write::scratch(&arguments, lines.join("\n").as_bytes()).map_err(no_room)?;
    let output = Command::new(&protoc.path)
        .arg(format!("@{}", arguments.display()))
        .output()
        .map_err(|error| Fault::new(format!("cannot run `{}`: {error}", protoc.path.display())))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let name = |path: &str| {
            let carried = Path::new(path).strip_prefix(&carried).ok();
            let read = closure.files.iter().find(|file| {
                let at = file.path.as_deref();
                at.is_some_and(|at| from_here(at) == path || at == Path::new(path))
            });
            read.map(|file| file.name.clone())
                .or_else(|| Some(carried?.to_str()?.to_owned()))
        };
        return Err(stderr::faults(&said, output.status, name));
    }
    let unreadable = |error: String| {
        Fault::new(format!(
            "protoc wrote no descriptors that can be read: {error}"
        ))
    };
    let bytes = std::fs::read(&set).map_err(|error| unreadable(error.to_string()))?;
    FileDescriptorSet::decode(Bytes::from(bytes))
        .map_err(|error| unreadable(error.to_string()).into())
}

/// An old protoc takes `edition` for a mistake in the file: say what it is.
fn can_read(protoc: &Protoc, closure: &Closure) -> Result<(), Fault> {
    let Some((year, file, place)) = closure.latest_edition() else {
        return Ok(());
    };
    if protoc.edition().is_some_and(|latest| year <= latest) {
        return Ok(());
    }
    let (major, minor) = protoc.version;
    Err(Fault::new(format!(
        "edition {year} needs a newer protoc than `{}`, which is {major}.{minor}",
        protoc.path.display()
    ))
    .at(file, place)
    .help(
        "editions need protoc 27, edition 2024 needs 32: install one, name it in $PROTOC, or build \
         with the feature `vendored-protoc`",
    ))
}

/// A directory as `--proto_path` takes it: it would split at the separator of
/// lists, and take what comes before a `=` for a prefix of names.
fn search_path(path: &Path) -> Result<String, Fault> {
    let text = path
        .to_str()
        .ok_or_else(|| Fault::new(format!("the path `{}` is not UTF-8", path.display())))?;
    let separator = if cfg!(windows) { ';' } else { ':' };
    if text.contains(separator) {
        return Err(Fault::new(format!(
            "protoc cannot take `{text}` as an include directory: `{separator}` divides such directories"
        ))
        .help("use the backend `pure`, or a directory of another name"));
    }
    Ok(if text.contains('=') {
        format!("={text}")
    } else {
        text.to_owned()
    })
}

/// A path that is no flag, whatever it begins with.
fn from_here(path: &Path) -> String {
    let text = path.display().to_string();
    if path.is_absolute() || text.starts_with('.') {
        text
    } else {
        Path::new(".").join(path).display().to_string()
    }
}

fn no_room(error: std::io::Error) -> Fault {
    Fault::new(format!("cannot write to a temporary directory: {error}"))
        .help("protoc needs one: see $TMPDIR")
}
