//! What a command is going to do to a project, before any of it is done.
//!
//! A plan is plain data: printing it (`--dry-run`), judging it (`--check`) and
//! doing it are three readers of the same value.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::fault::{Context, Fault, Result};
use crate::hash::sha256;
use crate::lock::{self, Class, Entry, Lock};
use crate::paths;
use crate::shell::Shell;

/// A file as it should be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) path: String,
    pub(crate) class: Class,
    pub(crate) content: Vec<u8>,
}

/// What is done to one file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    pub(crate) path: String,
    pub(crate) act: Act,
    /// The hash of what was there when the plan was made.
    pub(crate) seen: Option<String>,
}

/// See [`Step`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Act {
    Create(Vec<u8>),
    Update(Vec<u8>),
    Remove,
}

/// What a command is going to do.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) root: PathBuf,
    pub(crate) steps: Vec<Step>,
    /// How many files stay as they are.
    same: usize,
    /// What is left for a person to do.
    pub(crate) notes: Vec<String>,
    /// As it will be written.
    lock: Lock,
}

// === impl Plan ===

impl Plan {
    /// Compares `wanted` with what is in `root`. Machine files become as they
    /// are wanted; all others are made if they are not there. Also records in
    /// `lock` what will have been made.
    ///
    /// A machine file with a person's edits stops the plan, unless `force`.
    pub(crate) fn new(
        root: &Path,
        wanted: Vec<Wanted>,
        mut lock: Lock,
        force: bool,
    ) -> Result<Self> {
        let mut plan = Self {
            root: root.to_owned(),
            steps: Vec::new(),
            same: 0,
            notes: Vec::new(),
            lock: Lock::new(),
        };
        let mut edited = Vec::new();
        let mut kept = BTreeSet::new();
        for file in wanted {
            paths::check(&file.path)?;
            kept.insert(file.path.clone());
            let seen = plan.hash_of(&file.path)?;
            let want = sha256(&file.content);
            let made = lock.files.get(&file.path).map(|entry| entry.sha256.clone());
            if seen.is_some() && file.class != Class::Machine {
                plan.same += 1;
                continue;
            }
            if seen.as_ref() == Some(&want) {
                plan.same += 1;
            } else {
                // A file that is neither as made nor as wanted was edited.
                if seen.is_some() && seen != made && !force {
                    edited.push(file.path.clone());
                }
                let act = match seen {
                    Some(_) => Act::Update(file.content),
                    None => Act::Create(file.content),
                };
                plan.steps.push(Step {
                    path: file.path.clone(),
                    act,
                    seen,
                });
            }
            lock.files.insert(
                file.path,
                Entry {
                    class: file.class,
                    sha256: want,
                },
            );
        }
        plan.remove_stale(&mut lock, &kept, force, &mut edited)?;
        if !edited.is_empty() {
            return Err(hand_edits(&edited));
        }
        plan.lock = lock;
        plan.write_lock()?;
        Ok(plan)
    }

    /// Replaces a file that a person owns but has not touched since it was
    /// made. False if it was touched.
    pub(crate) fn renew(&mut self, path: &str, content: Vec<u8>) -> Result<bool> {
        let seen = self.hash_of(path)?;
        let want = sha256(&content);
        let entry = self.lock.files.get_mut(path);
        let untouched = entry
            .as_ref()
            .is_some_and(|entry| seen.as_ref() == Some(&entry.sha256));
        if !untouched || seen.as_ref() == Some(&want) {
            return Ok(untouched);
        }
        if let Some(entry) = entry {
            entry.sha256 = want;
        }
        self.steps.retain(|step| step.path != path);
        self.steps.push(Step {
            path: path.to_owned(),
            act: Act::Update(content),
            seen,
        });
        self.write_lock()?;
        Ok(true)
    }

    /// Machine files that are not wanted any more go, unless edited.
    fn remove_stale(
        &mut self,
        lock: &mut Lock,
        kept: &BTreeSet<String>,
        force: bool,
        edited: &mut Vec<String>,
    ) -> Result<()> {
        let stale: Vec<(String, Entry)> = lock
            .files
            .iter()
            .filter(|(path, entry)| entry.class == Class::Machine && !kept.contains(*path))
            .map(|(path, entry)| (path.clone(), entry.clone()))
            .collect();
        for (path, entry) in stale {
            let seen = self.hash_of(&path)?;
            if seen.is_some() {
                if seen.as_ref() != Some(&entry.sha256) && !force {
                    edited.push(path.clone());
                }
                self.steps.push(Step {
                    path: path.clone(),
                    act: Act::Remove,
                    seen,
                });
            }
            lock.files.remove(&path);
        }
        Ok(())
    }

    /// The lock is the last step: until it is written, the files that were
    /// written before are found to be as wanted, and the rest is made again.
    fn write_lock(&mut self) -> Result<()> {
        let content = self.lock.text()?.into_bytes();
        let seen = self.hash_of(lock::FILE)?;
        self.steps.retain(|step| step.path != lock::FILE);
        if seen.as_ref() != Some(&sha256(&content)) {
            let act = match seen {
                Some(_) => Act::Update(content),
                None => Act::Create(content),
            };
            self.steps.push(Step {
                path: lock::FILE.to_owned(),
                act,
                seen,
            });
        }
        Ok(())
    }

    /// The hash of a file of the project, `None` if it is not there. Things
    /// that are no plain files, or are reached through a link, are refused.
    pub(crate) fn hash_of(&self, path: &str) -> Result<Option<String>> {
        let mut at = self.root.clone();
        let mut parts = Path::new(path).components().peekable();
        while let Some(part) = parts.next() {
            at.push(part);
            let kind = match fs::symlink_metadata(&at) {
                Ok(metadata) => metadata.file_type(),
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
                Err(error) => {
                    return Err(error).context(|| format!("cannot read {}", at.display()));
                }
            };
            let last = parts.peek().is_none();
            if !(if last { kind.is_file() } else { kind.is_dir() }) {
                let wanted = if last { "a plain file" } else { "a directory" };
                return Err(Fault::usage(format!("{} is not {wanted}", at.display()))
                    .help("the tool writes through no links; move it away")
                    .note("nothing was changed"));
            }
        }
        let bytes = fs::read(&at).context(|| format!("cannot read {}", at.display()))?;
        Ok(Some(sha256(&bytes)))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Prints the plan on stdout: it is what `--dry-run` was asked for.
    pub(crate) fn print(&self) {
        for step in &self.steps {
            match &step.act {
                Act::Create(content) => {
                    println!("+ create   {:<44} +{}", step.path, lines(content))
                }
                Act::Update(content) => println!("~ update   {:<44} {}", step.path, lines(content)),
                Act::Remove => println!("- remove   {}", step.path),
            }
        }
        println!("= same     {} files", self.same);
    }

    /// Tells what a person has to do.
    pub(crate) fn tell(&self, shell: Shell) {
        for note in &self.notes {
            shell.warn(note);
        }
    }
}

fn hand_edits(paths: &[String]) -> Fault {
    let mut fault = Fault::drift("")
        .help("move the edit to a file of yours, or give it up with --force")
        .note("nothing was changed");
    fault.what = paths
        .iter()
        .map(|path| format!("{path} was edited by hand, and is replaced whole by this command"))
        .collect();
    fault
}

fn lines(content: &[u8]) -> usize {
    content.iter().filter(|&&byte| byte == b'\n').count()
}
