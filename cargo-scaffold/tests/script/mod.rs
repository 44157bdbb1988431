//! The small language of the cases, and what the tests share.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// Runs a script; returns everything that was said.
pub(crate) fn run(commands: &str, dir: &Path) -> String {
    let mut said = String::new();
    let mut times = None;
    for line in commands
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let args: Vec<&str> = rest.split(' ').collect();
        match word {
            "scaffold" => say(&mut said, rest, dir),
            "cp" => drop(fs::copy(dir.join(args[0]), dir.join(args[1])).expect(line)),
            "rm" => fs::remove_file(dir.join(args[0])).expect(line),
            "append" => {
                let (file, text) = rest.split_once(' ').expect("a file and a text");
                let mut file = fs::OpenOptions::new()
                    .append(true)
                    .create(true)
                    .open(dir.join(file))
                    .expect(line);
                writeln!(file, "{text}").expect(line);
            }
            #[cfg(unix)]
            "link" => std::os::unix::fs::symlink(args[0], dir.join(args[1])).expect(line),
            "ls" => {
                let _ = writeln!(said, "$ {line}");
                for file in files(&dir.join(args[0])) {
                    if !file.starts_with("vendor") {
                        let _ = writeln!(said, "{}", file.display());
                    }
                }
            }
            "mtimes" => {
                let now = mtimes(dir);
                if let Some(before) = times.replace(now.clone()) {
                    assert!(before == now, "files were written");
                }
            }
            _ => panic!("`{word}` is no command"),
        }
    }
    said
}

fn say(said: &mut String, args: &str, dir: &Path) {
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-scaffold"))
        .arg("scaffold")
        .args(args.split(' '))
        .current_dir(dir)
        .env_remove("CARGO_TERM_COLOR")
        .output()
        .expect("the tool runs");
    let clean = |bytes: &[u8]| {
        without_counts(&String::from_utf8_lossy(bytes))
            .replace(
                &dir.canonicalize()
                    .expect("a directory")
                    .display()
                    .to_string(),
                "[DIR]",
            )
            .replace(&dir.display().to_string(), "[DIR]")
    };
    let _ = writeln!(said, "$ scaffold {args}");
    said.push_str(&clean(&output.stdout));
    said.push_str(&clean(&output.stderr));
    if !output.status.success() {
        let _ = writeln!(said, "exit {}", output.status.code().unwrap_or(-1));
    }
}

/// What is vendored and generated grows with the toolchain; its size is no part
/// of a case.
fn without_counts(text: &str) -> String {
    text.lines()
        .map(|line| {
            let machine = line.contains("src/gen/") || line.contains(".scaffold/");
            let line = match line.rsplit_once("  ") {
                Some((plan, _)) if machine && line.starts_with(['+', '~']) => plan.trim_end(),
                _ if line.starts_with("= same") => "= same",
                _ => line,
            };
            format!("{line}\n")
        })
        .collect()
}

/// The files under `dir`, sorted, by their path from there.
pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut dirs = vec![dir.to_owned()];
    while let Some(at) = dirs.pop() {
        for entry in fs::read_dir(&at).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                dirs.push(path);
            } else {
                found.push(path.strip_prefix(dir).expect("below").to_owned());
            }
        }
    }
    found.sort();
    found
}

pub(crate) fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(&file);
        fs::create_dir_all(target.parent().expect("a parent")).expect("a directory");
        fs::copy(from.join(&file), target).expect("copied");
    }
}

fn mtimes(dir: &Path) -> BTreeMap<PathBuf, SystemTime> {
    files(dir)
        .into_iter()
        .map(|file| {
            let metadata = fs::metadata(dir.join(&file)).expect("metadata");
            (file, metadata.modified().expect("a time"))
        })
        .collect()
}
