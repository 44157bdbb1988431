//! The example that is checked in is what the tool makes of its `.proto` today.

use std::path::Path;
use std::process::Command;

#[test]
fn the_example_is_in_step() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/user-service");
    let output = Command::new(env!("CARGO_BIN_EXE_cargo-scaffold"))
        .current_dir(example)
        .args(["scaffold", "generate", "--check"])
        .output()
        .expect("the tool runs");
    assert!(
        output.status.success(),
        "run `cargo scaffold generate` in examples/user-service\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
