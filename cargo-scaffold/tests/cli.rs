//! Every directory in `cases/` is a case: the script `cmd` runs in a copy of
//! `in/`; what was said must be as in `said`, and each file in `out/` must be
//! there as it is. `SCAFFOLD_UPDATE=1` writes `said`, and renews the files that
//! are in `out/`.
//!
//! A script's lines are `scaffold ...`, `cp FROM TO`, `rm FILE`,
//! `append FILE TEXT`, `link FROM TO`, `ls DIR` and `mtimes` (remembers them,
//! and fails if a later `mtimes` finds others).

mod script;

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut failed = Vec::new();
    let mut cases: Vec<PathBuf> = fs::read_dir(root)
        .expect("cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    for case in cases {
        if let Err(why) = run(&case) {
            failed.push(format!("{}: {why}", case.display()));
        }
    }
    assert!(
        failed.is_empty(),
        "{}\n\nSCAFFOLD_UPDATE=1 takes what is for what should be",
        failed.join("\n\n")
    );
}

fn run(case: &Path) -> Result<(), String> {
    let update = std::env::var_os("SCAFFOLD_UPDATE").is_some();
    let temporary = tempfile::tempdir().expect("a temporary directory");
    let dir = temporary.path().join("work");
    fs::create_dir(&dir).expect("a directory");
    if case.join("in").is_dir() {
        script::copy(&case.join("in"), &dir);
    }
    let commands = fs::read_to_string(case.join("cmd")).map_err(|error| format!("cmd: {error}"))?;
    let said = script::run(&commands, &dir);
    compare(&case.join("said"), &said, update)?;
    for file in script::files(&case.join("out")) {
        let is = fs::read_to_string(dir.join(&file))
            .map_err(|error| format!("{}: {error}", file.display()))?;
        compare(&case.join("out").join(&file), &is, update)?;
    }
    Ok(())
}

fn compare(golden: &Path, is: &str, update: bool) -> Result<(), String> {
    let should = fs::read_to_string(golden).unwrap_or_default();
    if should == is {
        return Ok(());
    }
    if update {
        fs::write(golden, is).expect("written");
        return Ok(());
    }
    Err(format!(
        "{} is not as it was\n--- should be\n{should}\n--- is\n{is}",
        golden.display()
    ))
}
