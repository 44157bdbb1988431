//! Runs new Rust files through rustfmt, so that a project begins clean.
//!
//! Where names decide how long a line is, no template can break lines as
//! rustfmt does. Without rustfmt on the machine the files are correct all the
//! same, and formatted by the first `cargo fmt`.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// The text as rustfmt writes it, or as it is. `dir` is where the project is
/// going to be: a rustfmt.toml above it holds for its files too.
pub(crate) fn rust(text: String, dir: &Path) -> String {
    run(&text, dir).unwrap_or(text)
}

fn run(text: &str, dir: &Path) -> Option<String> {
    let program = std::env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into());
    let mut child = Command::new(program)
        .args(["--edition", "2024", "--emit", "stdout"])
        .current_dir(dir)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    // The files are small, but a pipe is smaller than some of them: rustfmt
    // reads everything before it writes.
    child.stdin.take()?.write_all(text.as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    if !output.status.success() || output.stdout.is_empty() {
        return None;
    }
    String::from_utf8(output.stdout).ok()
}
