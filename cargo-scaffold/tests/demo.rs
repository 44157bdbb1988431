//! The demo does what it says, and leaves nothing behind but the report.

use std::path::Path;
use std::process::Command;

/// Builds a project in release, which takes minutes: in CI, or by asking for it.
#[test]
fn the_demo_runs_and_leaves_nothing_behind() {
    let asked = |name| std::env::var_os(name).is_some();
    if !asked("CI") && !asked("SCAFFOLD_DEMO") {
        eprintln!("skipped: the demo takes minutes; SCAFFOLD_DEMO=1 runs it");
        return;
    }
    let temporary = tempfile::tempdir().expect("a temporary directory");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo");
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-scaffold"))
        .args(["scaffold", "demo", "--duration", "2s", "--target-dir"])
        .arg(&target)
        .env("TMPDIR", temporary.path())
        .output()
        .expect("the demo runs");
    let said = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{said}");
    for shape in ["CreateUser", "ImportUsers", "WatchUsers", "SyncUsers"] {
        assert!(said.contains(&format!("Called {shape}")), "{said}");
    }
    assert!(said.contains("Stopped the server"), "{said}");
    let left: Vec<String> = std::fs::read_dir(temporary.path())
        .expect("the directory")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(left[0].starts_with("scaffold-demo-report-"), "{left:?}");
}
