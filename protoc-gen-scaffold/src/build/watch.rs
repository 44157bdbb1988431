//! What cargo must watch.

use std::path::PathBuf;

use crate::compile::Source;

/// Tells cargo, if it is cargo that runs this: every file that was read, imports
/// too, and the directories that stand for their files.
pub(super) fn tell_cargo(source: &Source, read: &[PathBuf]) {
    if std::env::var_os("OUT_DIR").is_none() {
        return;
    }
    println!("cargo:rerun-if-env-changed=PROTOC");
    let directories = source.files.iter().filter(|path| path.is_dir());
    for path in read.iter().chain(directories) {
        println!("cargo:rerun-if-changed={}", path.display());
    }
}
