//! Arguments to the names that imports use.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use crate::fault::{Fault, Faults};

/// Where files are looked for, in order.
#[derive(Clone, Debug)]
pub(super) struct Includes {
    paths: Vec<PathBuf>,
    /// The same, as written from the root and with links followed: a file is
    /// inside if either form says so.
    roots: Vec<[PathBuf; 2]>,
}

// === impl Includes ===

impl Includes {
    /// With none given, the current directory is one.
    pub(super) fn new(includes: &[PathBuf]) -> Result<Self, Faults> {
        let mut faults = Faults::new();
        for include in includes {
            if !include.is_dir() {
                faults.push(
                    Fault::new(format!(
                        "the include directory `{}` does not exist",
                        include.display()
                    ))
                    .help(format!(
                        "paths are relative to `{}`",
                        std::env::current_dir().unwrap_or_default().display()
                    )),
                );
            }
        }
        let paths = if includes.is_empty() {
            vec![PathBuf::from(".")]
        } else {
            includes.to_vec()
        };
        let roots = paths.iter().map(|path| forms(path)).collect();
        faults.gate(Self { paths, roots })
    }

    pub(super) fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// The file that an import of this name gets.
    pub(super) fn find(&self, name: &str) -> Option<PathBuf> {
        self.paths
            .iter()
            .map(|include| include.join(name))
            .find(|path| path.is_file())
    }

    fn list(&self) -> String {
        let list: Vec<_> = self
            .paths
            .iter()
            .map(|include| format!("`{}`", include.display()))
            .collect();
        list.join(", ")
    }

    /// The names of all arguments, each once, in the order they were given; a
    /// directory stands for all `.proto` files under it, sorted.
    pub(super) fn names(&self, files: &[PathBuf]) -> Result<Vec<String>, Faults> {
        let mut faults = Faults::new();
        let mut names = Vec::new();
        if files.is_empty() {
            faults.push(Fault::new("no .proto files are given").help("name at least one"));
        }
        for path in files {
            let mut found = Vec::new();
            if path.is_dir() {
                walk(path, &mut found, &mut faults);
                if found.is_empty() {
                    faults.push(Fault::new(format!(
                        "there is no .proto file under `{}`",
                        path.display()
                    )));
                }
            } else {
                found.push(path.clone());
            }
            for path in found {
                match self.name(&path) {
                    Ok(name) => names.push(name),
                    Err(fault) => faults.push(fault),
                }
            }
        }
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        faults.gate(names)
    }

    /// The name of one file: given as a path that exists, or as imports name it.
    fn name(&self, path: &Path) -> Result<String, Fault> {
        if !path.exists() {
            let name = plain(path).ok_or_else(|| self.missing(path))?;
            return match self.find(&name) {
                Some(_) => Ok(name),
                None => Err(self.missing(path)),
            };
        }
        let forms = forms(path);
        let mut shadow = None;
        for root in &self.roots {
            let inside = forms.iter().zip(root);
            for name in inside.filter_map(|(form, root)| plain(form.strip_prefix(root).ok()?)) {
                match self.find(&name) {
                    Some(found) if self::forms(&found)[1] == forms[1] => return Ok(name),
                    // An earlier include has another file of that name.
                    other => shadow = shadow.or(other),
                }
            }
        }
        if let Some(shadow) = shadow {
            return Err(Fault::new(format!(
                "`{}` is hidden by `{}`, which an earlier include directory holds under the same name",
                path.display(),
                shadow.display()
            ))
            .help("put the include directories in another order, or leave one out"));
        }
        if let Some(name) = plain(path).filter(|name| self.find(name).is_some()) {
            return Ok(name);
        }
        Err(
            Fault::new(format!("`{}` is in no include directory", path.display())).help(format!(
                "imports could not name it: add a directory above it to the includes (now: {})",
                self.list()
            )),
        )
    }

    fn missing(&self, path: &Path) -> Fault {
        Fault::new(format!("the file `{}` does not exist", path.display())).help(format!(
            "looked in `{}` and in the includes: {}",
            std::env::current_dir().unwrap_or_default().display(),
            self.list()
        ))
    }
}

/// All `.proto` files under a directory, sorted by path.
fn walk(directory: &Path, found: &mut Vec<PathBuf>, faults: &mut Faults) {
    let mut entries =
        match std::fs::read_dir(directory).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
            Ok(entries) => entries,
            Err(error) => {
                faults.push(Fault::new(format!(
                    "cannot list `{}`: {error}",
                    directory.display()
                )));
                return;
            }
        };
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        // A link to a directory may lead in a circle; one to a file cannot.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            walk(&path, found, faults);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "proto")
            && path.is_file()
        {
            found.push(path);
        }
    }
}

/// A path from the root, as written and with links followed.
fn forms(path: &Path) -> [PathBuf; 2] {
    let written = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let followed = path.canonicalize().unwrap_or_else(|_| written.clone());
    [written, followed]
}

/// A relative path as imports write it; nothing if it cannot be written so.
fn plain(path: &Path) -> Option<String> {
    let mut name = String::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::Normal(part) => {
                if !name.is_empty() {
                    name.push('/');
                }
                name.push_str(part.to_str()?);
            }
            _ => return None,
        }
    }
    (!name.is_empty()).then_some(name)
}
