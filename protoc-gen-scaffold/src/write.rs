//! The one room that writes files.
//!
//! A file appears whole or not at all, and only if it changed: a build that has
//! nothing new to say touches nothing, and nobody reads half a module.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};

use tempfile::NamedTempFile;

use crate::fault::Fault;

/// Writes files, named relative to a directory, and tells which of them
/// changed. If one cannot be written, none is.
pub fn files<'a>(
    directory: &Path,
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
) -> Result<Vec<PathBuf>, Fault> {
    let mut ready = Vec::new();
    for (name, content) in files {
        let path = inside(directory, name)?;
        if fs::read(&path).is_ok_and(|old| old == content) {
            continue;
        }
        let temporary =
            prepare(directory, &path, content).map_err(|error| cannot(&path, &error))?;
        ready.push((path, temporary));
    }
    // All the bytes are on disk by now: what is left can hardly fail half way.
    let mut changed = Vec::with_capacity(ready.len());
    for (path, temporary) in ready {
        temporary
            .persist(&path)
            .map_err(|error| cannot(&path, &error.error))?;
        changed.push(path);
    }
    Ok(changed)
}

/// Writes a file that only this process and its children will read.
pub(crate) fn scratch(path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, content)
}

fn prepare(directory: &Path, path: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let parent = path.parent().unwrap_or(directory);
    fs::create_dir_all(parent)?;
    if !parent
        .canonicalize()?
        .starts_with(directory.canonicalize()?)
    {
        return Err(io::Error::other("a link leads out of the output directory"));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".scaffold-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any new file, less the umask; not as a secret.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut temporary = builder.tempfile_in(parent)?;
    temporary.write_all(content)?;
    Ok(temporary)
}

/// The path of a file, if it is inside the directory: names may come from
/// whoever wrote the `.proto` files.
fn inside(directory: &Path, name: &str) -> Result<PathBuf, Fault> {
    let plain = Path::new(name)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if name.is_empty() || !plain || name.contains(['\\', ':', '\0']) || name.ends_with('/') {
        return Err(Fault::new(format!(
            "the output file {name:?} would not be inside the output directory"
        )));
    }
    Ok(directory.join(name))
}

fn cannot(path: &Path, error: &io::Error) -> Fault {
    Fault::new(format!("cannot write `{}`: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_written() -> Result<(), Box<dyn std::error::Error>> {
        let room = tempfile::tempdir()?;
        let out = room.path().join("out");
        let first = files(&out, [("a.rs", &b"1"[..]), ("b.rs", b"2")])?;
        assert_eq!(first.len(), 2);
        let second = files(&out, [("a.rs", &b"1"[..]), ("b.rs", b"3")])?;
        assert_eq!(second, [out.join("b.rs")]);
        assert_eq!(fs::read_dir(&out)?.count(), 2);
        Ok(())
    }

    #[test]
    fn nothing_is_written_outside_and_nothing_by_half() -> Result<(), Box<dyn std::error::Error>> {
        let room = tempfile::tempdir()?;
        for name in [
            "../x.rs",
            "/x.rs",
            "a/../../x.rs",
            "C:x.rs",
            "a\\x.rs",
            "",
            "a/",
        ] {
            let result = files(room.path(), [("good.rs", &b"1"[..]), (name, b"2")]);
            assert!(result.is_err(), "{name}");
        }
        assert_eq!(fs::read_dir(room.path())?.count(), 0);
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_no_way_out() -> Result<(), Box<dyn std::error::Error>> {
        let room = tempfile::tempdir()?;
        let out = room.path().join("out");
        fs::create_dir(&out)?;
        std::os::unix::fs::symlink(room.path(), out.join("link"))?;
        assert!(files(&out, [("link/x.rs", &b"1"[..])]).is_err());
        Ok(())
    }
}
