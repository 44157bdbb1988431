//! Writes reports: whole or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Format, Report};
use crate::plan::Fault;

/// Where reports go, and which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reports {
    pub(crate) place: Place,
    pub(crate) formats: Vec<Format>,
}

/// Where reports go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// There are none.
    Nowhere,
    /// Files in a folder.
    Folder(PathBuf),
    /// The one report is all of stdout: what else is said goes to stderr.
    Stdout,
}

// === impl Reports ===

impl Reports {
    /// Writes them all, the files' names beginning with `stem`; the files.
    pub(crate) fn write(&self, stem: &str, report: &Report<'_>) -> Result<Vec<PathBuf>, Fault> {
        let contents = self.formats.iter().map(|format| report.render(*format));
        match &self.place {
            Place::Nowhere => Ok(Vec::new()),
            Place::Stdout => {
                let mut out = io::stdout().lock();
                for content in contents {
                    let written = writeln!(out, "{}", content.trim_end());
                    written
                        .and_then(|()| out.flush())
                        .map_err(|error| cannot_write("stdout", &error))?;
                }
                Ok(Vec::new())
            }
            Place::Folder(folder) => {
                fs::create_dir_all(folder)
                    .map_err(|error| cannot_write(folder.display(), &error))?;
                let mut files = Vec::new();
                for (format, content) in self.formats.iter().zip(contents) {
                    let path = folder.join(format!("{stem}.{}", format.extension()));
                    put(&path, &content).map_err(|error| cannot_write(path.display(), &error))?;
                    files.push(path);
                }
                Ok(files)
            }
        }
    }

    /// Says something that is no report.
    pub(crate) fn say(&self, text: &str) {
        match self.place {
            Place::Stdout => eprint!("{text}"),
            _ => print!("{text}"),
        }
    }
}

fn cannot_write(what: impl std::fmt::Display, error: &io::Error) -> Fault {
    Fault::internal(format!("cannot write {what}: {error}"))
}

/// Writes a file beside its place and moves it there: a disk that fills up leaves
/// the report before it, or none, and no half of one.
fn put(path: &Path, content: &str) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Another load test may write at the same place.
    let part = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let written = fill(&part, content).and_then(|()| fs::rename(&part, path));
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    written
}

fn fill(path: &Path, content: &str) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(content.as_bytes())?;
    // Some file systems say only now that there is no room.
    file.sync_all()
}
