//! Projects as they come out of `new` build without a warning, are clean to
//! clippy and rustfmt, pass their own tests, serve, and stop when told to.
//!
//! One target directory for all of them: the dependencies are built once.

mod script;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// The budget of a new project, in crates.
const CRATES: usize = 70;

#[test]
fn a_new_project_is_whole() {
    let temporary = tempfile::tempdir().expect("a temporary directory");
    let project = make(temporary.path(), "new_project", "greeter", "greeter.proto");
    is_clean(&project);
    let tree = cargo(
        &project,
        &["tree", "-e", "normal,build", "--prefix", "none"],
    );
    let tree = String::from_utf8_lossy(&tree.stdout);
    let mut crates: Vec<&str> = tree.lines().collect();
    crates.sort_unstable();
    crates.dedup();
    assert!(
        crates.len() <= CRATES,
        "{} crates:\n{}",
        crates.len(),
        crates.join("\n")
    );
    serves_and_stops(&project, "greeter");
}

#[test]
fn odd_names_make_a_whole_project_too() {
    let temporary = tempfile::tempdir().expect("a temporary directory");
    let project = make(temporary.path(), "odd_names", "odd", "protos");
    is_clean(&project);
}

/// Makes a project from the input of a case.
fn make(dir: &Path, case: &str, name: &str, proto: &str) -> PathBuf {
    let case = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases")
        .join(case);
    script::copy(&case.join("in"), dir);
    let said = script::run(&format!("scaffold new {name} --proto {proto}\n"), dir);
    assert!(said.contains("Created"), "{said}");
    dir.join(name)
}

/// Formatted, without a warning of clippy's, and its own tests pass.
fn is_clean(project: &Path) {
    cargo(project, &["fmt", "--all", "--check"]);
    cargo(
        project,
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
    );
    cargo(project, &["test", "--workspace"]);
}

/// Runs cargo in a project; whatever it warns of is an error.
fn cargo(project: &Path, args: &[&str]) -> Output {
    let output = Command::new(env!("CARGO"))
        .args(args)
        .current_dir(project)
        .env("CARGO_TARGET_DIR", target())
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    let said = format!("{}\n{errors}", String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "cargo {args:?}:\n{said}");
    assert!(
        !errors.contains("warning:"),
        "cargo {args:?} warns:\n{said}"
    );
    output
}

fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("projects")
}

fn serves_and_stops(project: &Path, name: &str) {
    let prefix = name.to_uppercase();
    let mut server = Command::new(target().join("debug").join(name))
        .env(format!("{prefix}__SERVER__ADDRESS"), "127.0.0.1:0")
        .current_dir(project)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the server starts");
    let stdout = BufReader::new(server.stdout.take().expect("a pipe"));
    let address = stdout
        .lines()
        .find_map(|line| Some(line.ok()?.strip_prefix("listening on ")?.to_owned()))
        .expect("an address");
    let client = Command::new(target().join("debug/examples/client"))
        .arg(address)
        .output()
        .expect("the client runs");
    let answers = String::from_utf8_lossy(&client.stdout);
    assert_eq!(
        answers.matches("is not written yet").count(),
        4,
        "{answers}"
    );

    let stopped = Command::new("kill")
        .arg(server.id().to_string())
        .status()
        .expect("kill runs");
    assert!(stopped.success());
    let end = Instant::now() + Duration::from_secs(20);
    let status = loop {
        match server.try_wait().expect("a status") {
            Some(status) => break status,
            None if Instant::now() > end => {
                let _ = server.kill();
                panic!("the server did not stop");
            }
            None => std::thread::sleep(Duration::from_millis(50)),
        }
    };
    assert!(status.success(), "{status}");
}
