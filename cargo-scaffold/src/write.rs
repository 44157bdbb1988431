//! The one room that writes into a project.
//!
//! Everything is staged beside its place first: a full disk or a missing right
//! shows before the first file of the project has changed. Then files are
//! renamed into place, and put back if one of them fails.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::fault::{Context, Fault, Result};
use crate::plan::{Act, Plan, Wanted};

/// Where changes are staged; gone when no command runs.
const STAGE: &str = ".scaffold/stage";

/// Does what `plan` says: all of it or nothing.
pub(crate) fn apply(plan: &Plan) -> Result<()> {
    if plan.is_empty() {
        return Ok(());
    }
    let root = &plan.root;
    make_dir(&root.join(".scaffold"))?;
    let _lock = exclusive(&root.join(".scaffold"))?;
    let stage = root.join(STAGE);
    // What a command left that was killed.
    remove_dir(&stage)?;
    let result = stage_all(plan, &stage).and_then(|()| swap_all(plan, &stage));
    let swept = remove_dir(&stage);
    result.and(swept)
}

/// Writes the files of a new project into an empty directory.
pub(crate) fn fill(root: &Path, files: &[Wanted]) -> Result<()> {
    for file in files {
        put(&root.join(&file.path), &file.content)?;
    }
    Ok(())
}

/// Gives a new project's directory its name.
pub(crate) fn publish(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).context(|| format!("cannot make {}", to.display()))
}

/// Writes one file of the tool's own, outside of any project.
pub(crate) fn put(path: &Path, content: &[u8]) -> Result<()> {
    if let Some(parent) = path.parent() {
        make_dir(parent)?;
    }
    let write = || {
        let mut file = fs::File::create(path)?;
        file.write_all(content)
    };
    write().context(|| format!("cannot write {}", path.display()))
}

fn stage_all(plan: &Plan, stage: &Path) -> Result<()> {
    for (number, step) in plan.steps.iter().enumerate() {
        if let Act::Create(content) | Act::Update(content) = &step.act {
            put(&stage.join(number.to_string()), content)
                .map_err(|fault| fault.note("nothing was changed"))?;
        }
        // An editor may have saved the file since the plan was made.
        if plan.hash_of(&step.path)? != step.seen {
            return Err(Fault::drift(format!("{} was changed just now", step.path))
                .help("run it again")
                .note("nothing was changed"));
        }
    }
    Ok(())
}

fn swap_all(plan: &Plan, stage: &Path) -> Result<()> {
    let mut done: Vec<(PathBuf, Option<PathBuf>)> = Vec::new();
    for (number, step) in plan.steps.iter().enumerate() {
        let target = plan.root.join(&step.path);
        let old = step
            .seen
            .as_ref()
            .map(|_| stage.join(format!("{number}.old")));
        let swap = || -> std::io::Result<()> {
            if let Some(old) = &old {
                // A copy, not a rename: the file is never missing.
                fs::copy(&target, old)?;
            }
            match &step.act {
                Act::Remove => fs::remove_file(&target),
                _ => {
                    if let Some(parent) = target.parent() {
                        fs::create_dir_all(parent)?;
                    }
                    fs::rename(stage.join(number.to_string()), &target)
                }
            }
        };
        if let Err(error) = swap() {
            let restored = done
                .iter()
                .rev()
                .all(|(path, old)| undo(path, old.as_deref()).is_ok());
            let note = if restored {
                "the files that were written before were put back"
            } else {
                "some files could not be put back; see `git status`"
            };
            return Err(
                Fault::internal(format!("cannot write {}: {error}", target.display())).note(note),
            );
        }
        done.push((target, old));
    }
    Ok(())
}

fn undo(path: &Path, old: Option<&Path>) -> std::io::Result<()> {
    match old {
        Some(old) => fs::rename(old, path),
        None => fs::remove_file(path),
    }
}

/// One command at a time writes into a project. The lock goes with the process,
/// so none is left behind.
#[cfg(unix)]
fn exclusive(dir: &Path) -> Result<fs::File> {
    use rustix::fs::{FlockOperation, flock};
    let handle = fs::File::open(dir).context(|| format!("cannot open {}", dir.display()))?;
    flock(&handle, FlockOperation::LockExclusive)
        .map_err(std::io::Error::from)
        .context(|| format!("cannot lock {}", dir.display()))?;
    Ok(handle)
}

#[cfg(not(unix))]
fn exclusive(_dir: &Path) -> Result<()> {
    Ok(())
}

fn make_dir(path: &Path) -> Result<()> {
    fs::create_dir_all(path).context(|| format!("cannot make {}", path.display()))
}

fn remove_dir(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
