//! `.scaffold/lock.toml`: what the tool made, so that it knows later what a
//! person changed. Committed with the project.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::fault::{Context, Fault, Result};
use crate::paths;

/// The file's name in a project.
pub(crate) const FILE: &str = ".scaffold/lock.toml";

/// The file as it is written.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lock {
    version: u32,
    /// The tool's version.
    pub(crate) tool: String,
    /// Hash of the protos.
    pub(crate) protos: String,
    /// Hash of the options.
    pub(crate) options: String,
    /// The handlers of each service: names stay when another service with the
    /// same name comes along.
    #[serde(default)]
    pub(crate) services: BTreeMap<String, Handler>,
    /// Every file that the tool made.
    #[serde(default)]
    pub(crate) files: BTreeMap<String, Entry>,
}

/// Where a service's handlers are.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Handler {
    pub(crate) module: String,
    pub(crate) handler: String,
}

/// A file that the tool made.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    pub(crate) class: Class,
    /// Of the content as it was made.
    pub(crate) sha256: String,
}

/// Who owns a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Class {
    /// The tool: replaced whole.
    Machine,
    /// The person, from the moment it is made.
    Seed,
    /// The person, who may expect the tool to keep single keys right.
    Keyed,
}

// === impl Lock ===

impl Lock {
    pub(crate) fn new() -> Self {
        Self {
            version: 1,
            ..Self::default()
        }
    }

    pub(crate) fn read(root: &Path) -> Result<Self> {
        let path = root.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(Fault::usage(format!("there is no {FILE} in {}", root.display()))
                    .help("restore it from version control: without it nobody can tell your edits from the tool's")
                    .note("nothing was changed"));
            }
            read => read.context(|| format!("cannot read {}", path.display()))?,
        };
        let refuse = |what: String| Fault::usage(what).note("nothing was changed");
        if text.lines().any(|line| line.starts_with("<<<<<<<")) {
            return Err(refuse(format!("{} has merge conflicts", path.display())).help(
                "take either side and run `cargo scaffold generate`: it brings the rest in step",
            ));
        }
        let lock: Self = toml::from_str(&text).map_err(|error| {
            refuse(format!(
                "{}: {}",
                path.display(),
                error.to_string().trim_end()
            ))
            .help("restore it from version control")
        })?;
        if lock.version != 1 {
            return Err(refuse(format!(
                "{}: version {} is not known to this version of the tool",
                path.display(),
                lock.version
            ))
            .help("use a newer cargo-scaffold"));
        }
        for path in lock.files.keys() {
            paths::check(path)?;
        }
        Ok(lock)
    }

    /// The file as it is written.
    pub(crate) fn text(&self) -> Result<String> {
        let body =
            toml::to_string(self).map_err(|error| Fault::internal(format!("{FILE}: {error}")))?;
        Ok(format!(
            "# Written by `cargo scaffold`; commit it. It is how the tool tells your edits from\n# its own.\n{body}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_read_as_it_was_written() {
        let mut lock = Lock::new();
        lock.tool = "0.1.0".to_owned();
        lock.files.insert(
            "src/gen/a.v1.rs".to_owned(),
            Entry {
                class: Class::Machine,
                sha256: "00".to_owned(),
            },
        );
        lock.services.insert(
            "a.v1.Users".to_owned(),
            Handler {
                module: "users".to_owned(),
                handler: "UsersHandler".to_owned(),
            },
        );
        assert_eq!(toml::from_str::<Lock>(&lock.text().unwrap()).unwrap(), lock);
    }
}
