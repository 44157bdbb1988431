//! The `.proto` files: found, compiled by the generator's library, copied.

use std::path::{Path, PathBuf};

use protoc_gen_scaffold::compile::{ANNOTATIONS_NAME, Backend, Compiled, Source, compile};
use protoc_gen_scaffold::fault::Faults;

use crate::fault::{Context, Fault, Result};
use crate::hash::sha256_all;
use crate::paths;

/// `.proto` files that were compiled, and where they were found.
pub(crate) struct Protos {
    pub(crate) compiled: Compiled,
    includes: Vec<PathBuf>,
}

/// Compiles `files`; imports are searched in `includes`.
pub(crate) fn read(files: &[PathBuf], includes: &[PathBuf], parameter: &str) -> Result<Protos> {
    try_read(files, includes, parameter).map_err(proto_fault)
}

/// Compiles `files`, as `new` and `inspect` get them: where no include
/// directory is given, one is found.
pub(crate) fn read_given(
    files: &[PathBuf],
    includes: &[PathBuf],
    parameter: &str,
) -> Result<Protos> {
    if !includes.is_empty() {
        return read(files, includes, parameter);
    }
    let mut first_faults = None;
    for root in roots(files) {
        let root = [root];
        match try_read(files, &root, parameter) {
            Ok(protos) => {
                // buf and most style guides put package `a.b` in `a/b/`.
                let above = protos.package_root();
                let better = above.and_then(|above| try_read(files, &[above], parameter).ok());
                return Ok(better.unwrap_or(protos));
            }
            Err(faults) => {
                first_faults.get_or_insert(faults);
            }
        }
    }
    match first_faults {
        Some(faults) => Err(proto_fault(faults)),
        None => read(files, includes, parameter),
    }
}

/// Turns faults of the generator's library into one of ours.
pub(crate) fn proto_fault(faults: Faults) -> Fault {
    let what = faults.iter().map(ToString::to_string).collect();
    Fault::proto(what).note("nothing was changed")
}

fn try_read(
    files: &[PathBuf],
    includes: &[PathBuf],
    parameter: &str,
) -> std::result::Result<Protos, Faults> {
    let source = Source {
        files: files.to_vec(),
        includes: includes.to_vec(),
        backend: Backend::Auto,
        parameter: parameter.to_owned(),
    };
    Ok(Protos {
        compiled: compile(&source)?,
        includes: includes.to_vec(),
    })
}

/// Directories from which all `files` can be named, the nearest first.
fn roots(files: &[PathBuf]) -> Vec<PathBuf> {
    let Some(first) = files.first() else {
        return Vec::new();
    };
    let home = if first.is_dir() {
        Some(first.as_path())
    } else {
        first.parent()
    };
    home.into_iter()
        .flat_map(Path::ancestors)
        .map(|root| {
            if root.as_os_str().is_empty() {
                Path::new(".")
            } else {
                root
            }
        })
        .filter(|root| *root == Path::new(".") || files.iter().all(|file| file.starts_with(root)))
        // The root of the file system is nobody's include directory.
        .filter(|root| root.parent().is_some() || *root == Path::new("."))
        .map(Path::to_owned)
        .collect()
}

// === impl Protos ===

impl Protos {
    /// One hash of all files that play a part.
    pub(crate) fn hash(&self) -> String {
        let request = self.compiled.request();
        let mut parts: Vec<(&str, &[u8])> = request
            .files()
            .iter()
            .zip(request.bytes())
            .map(|(file, bytes)| (file.name(), bytes.as_ref()))
            .collect();
        parts.sort_unstable();
        sha256_all(
            parts
                .into_iter()
                .flat_map(|(name, bytes)| [name.as_bytes(), bytes]),
        )
    }

    /// The files by the names that imports use, for a copy: all but those that
    /// every compiler carries, and the annotations, which this tool does.
    pub(crate) fn files(&self) -> Result<Vec<(String, Vec<u8>)>> {
        let mut files = Vec::new();
        for file in self.compiled.request().files() {
            let name = file.name();
            if name.starts_with("google/protobuf/") {
                continue;
            }
            let found = self
                .includes
                .iter()
                .map(|include| include.join(name))
                .find(|path| path.is_file());
            let Some(path) = found else {
                if name == ANNOTATIONS_NAME {
                    continue;
                }
                return Err(Fault::internal(format!(
                    "{name} was compiled, but is not there"
                )));
            };
            paths::check(name)?;
            let content =
                std::fs::read(&path).context(|| format!("cannot read {}", path.display()))?;
            files.push((name.to_owned(), content));
        }
        Ok(files)
    }

    /// The directory that the package's name starts from, where the files lie
    /// in directories named after their package.
    fn package_root(&self) -> Option<PathBuf> {
        let request = self.compiled.request();
        let include = self.includes.first()?;
        let &first = request.to_generate().first()?;
        let file = &request.files()[first];
        let path = include.join(file.name());
        let mut root = path.parent()?.to_owned();
        let package = file.package();
        for part in package.split('.').rev().filter(|part| !part.is_empty()) {
            if root.file_name()? != part {
                return None;
            }
            root.pop();
        }
        if root.as_os_str().is_empty() {
            root.push(".");
        }
        (!package.is_empty() && root != *include).then_some(root)
    }
}
