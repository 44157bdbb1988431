//! Crates made for a test, to see that generated code compiles without a
//! warning under the strictest lints. They share one target directory.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::tools;

/// What a careful user's crate denies.
const STRICT: &str = "//! Generated code under every warning.\n\
    #![deny(warnings, missing_docs, unreachable_pub, rust_2018_idioms, rustdoc::all)]\n\
    #![allow(rustdoc::missing_crate_level_docs)]\n";

/// A crate in a temporary folder.
#[derive(Debug)]
pub struct Crate {
    folder: TempDir,
    source: String,
}

impl Crate {
    /// A library crate that depends on the runtime and the load engine.
    pub fn new(name: &str, edition: &str) -> Crate {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |krate: &str| tools::root().join(krate);
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n\
             [workspace]\n[features]\nclient = []\nloadtest = []\n[dependencies]\n\
             scaffold-runtime = {{ path = {:?}, features = [\"mount\"] }}\n\
             scaffold-load = {{ path = {:?} }}\n\
             [profile.dev]\ndebug = false\n",
            path("scaffold-runtime"),
            path("scaffold-load"),
        );
        std::fs::create_dir(folder.path().join("src")).expect("made");
        std::fs::write(folder.path().join("Cargo.toml"), manifest).expect("written");
        // The versions that the workspace was tested with, and no network.
        std::fs::copy(
            tools::root().join("Cargo.lock"),
            folder.path().join("Cargo.lock"),
        )
        .expect("the workspace has a lock file");
        Crate {
            folder,
            source: STRICT.to_owned(),
        }
    }

    /// Where the crate lies.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Mounts the module tree whose `mod.rs` lies in `folder`.
    #[must_use]
    pub fn mount(mut self, module: &str, folder: &Path) -> Crate {
        let file = folder.join("mod.rs");
        writeln!(
            self.source,
            "/// Generated.\n#[path = {file:?}]\npub mod {module};"
        )
        .expect("a string");
        self
    }

    /// Writes a tree of files below `src/gen` and mounts it as `pb`.
    #[must_use]
    pub fn with_files<'a>(
        self,
        files: impl IntoIterator<Item = (&'a String, &'a String)>,
    ) -> Crate {
        let generated = self.folder().join("src/gen");
        std::fs::create_dir_all(&generated).expect("made");
        for (name, text) in files {
            std::fs::write(generated.join(name), text).expect("written");
        }
        self.mount("pb", &generated)
    }

    /// Adds code of the crate's own.
    #[must_use]
    pub fn code(mut self, text: &str) -> Crate {
        self.source.push_str(text);
        self
    }

    /// Runs each cargo command with every feature on.
    ///
    /// # Panics
    ///
    /// If one fails, with what it printed.
    pub fn cargo(&self, commands: &[&str]) {
        std::fs::write(self.folder().join("src/lib.rs"), &self.source).expect("written");
        for command in commands {
            let words = command.split(' ');
            tools::run(
                Command::new(env!("CARGO"))
                    .current_dir(self.folder())
                    .env("CARGO_TARGET_DIR", tools::target())
                    .env("RUSTDOCFLAGS", "-Dwarnings")
                    .args(words)
                    .args(["-q", "--offline", "--all-features"]),
            );
        }
    }
}
