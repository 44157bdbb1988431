//! Options by method, then one call that compiles.

use std::path::{Path, PathBuf};

use super::watch;
use crate::compile::{self, Backend, Source};
use crate::fault::{Fault, Faults};
use crate::options::escape;
use crate::write;

/// What to generate and how. The methods are named like the plugin's options,
/// and take what those take.
#[derive(Clone, Debug)]
#[must_use = "nothing is generated until `compile` is called"]
pub struct Builder {
    options: Vec<(&'static str, String)>,
    backend: Backend,
    protoc: Option<PathBuf>,
    out_dir: Option<PathBuf>,
}

/// The same as [`Builder::new`].
pub fn configure() -> Builder {
    Builder::new()
}

// === impl Builder ===

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// A builder with the defaults: all parts but load tests, into `OUT_DIR`.
    pub fn new() -> Self {
        Self {
            // Unlike a plugin, a build script knows all files there are.
            options: vec![("mount", "tree".to_owned())],
            backend: Backend::Auto,
            protoc: None,
            out_dir: None,
        }
    }

    /// What to print: `messages`, `server`, `client`, `loadtest`, `descriptors`.
    pub fn parts<S: AsRef<str>>(self, parts: impl IntoIterator<Item = S>) -> Self {
        let parts: Vec<_> = parts
            .into_iter()
            .map(|part| part.as_ref().to_owned())
            .collect();
        self.set("parts", parts.join("+"))
    }

    /// Types that are generated elsewhere, such as `.my.package` in
    /// `::some_crate::module`. Repeatable.
    pub fn extern_path(self, proto: impl AsRef<str>, rust: impl AsRef<str>) -> Self {
        self.add(
            "extern_path",
            format!("{}={}", proto.as_ref(), rust.as_ref()),
        )
    }

    /// `bytes` fields under this path as `Bytes` instead of `Vec<u8>`.
    /// Repeatable.
    pub fn bytes(self, path: impl AsRef<str>) -> Self {
        self.add("bytes", path.as_ref().to_owned())
    }

    /// An attribute on messages and enums under this path. Repeatable.
    pub fn type_attribute(self, path: impl AsRef<str>, attribute: impl AsRef<str>) -> Self {
        self.add(
            "type_attribute",
            format!("{}={}", path.as_ref(), attribute.as_ref()),
        )
    }

    /// An attribute on fields under this path. Repeatable.
    pub fn field_attribute(self, path: impl AsRef<str>, attribute: impl AsRef<str>) -> Self {
        self.add(
            "field_attribute",
            format!("{}={}", path.as_ref(), attribute.as_ref()),
        )
    }

    /// Puts clients behind a cargo feature.
    pub fn client_feature(self, name: impl Into<String>) -> Self {
        self.set("client_feature", name.into())
    }

    /// Puts load drivers behind a cargo feature.
    pub fn loadtest_feature(self, name: impl Into<String>) -> Self {
        self.set("loadtest_feature", name.into())
    }

    /// `pub` or `crate`: the visibility of everything generated.
    pub fn visibility(self, visibility: impl Into<String>) -> Self {
        self.set("visibility", visibility.into())
    }

    /// The path of the runtime crate, or `crate`.
    pub fn runtime(self, path: impl Into<String>) -> Self {
        self.set("runtime", path.into())
    }

    /// The path of the load crate, or `crate`.
    pub fn load(self, path: impl Into<String>) -> Self {
        self.set("load", path.into())
    }

    /// `tree` (the default here), `scan` or `auto`: how `mod.rs` mounts the
    /// packages.
    pub fn mount(self, mount: impl Into<String>) -> Self {
        self.set("mount", mount.into())
    }

    /// Who parses the `.proto` files.
    pub fn backend(mut self, backend: Backend) -> Self {
        self.backend = backend;
        self
    }

    /// The protoc to run if one is needed, instead of `$PROTOC` or the one on
    /// `PATH`.
    pub fn protoc(mut self, path: impl Into<PathBuf>) -> Self {
        self.protoc = Some(path.into());
        self
    }

    /// Where to write, instead of `OUT_DIR`.
    pub fn out_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.out_dir = Some(directory.into());
        self
    }

    /// Generates from files, or directories that stand for all `.proto` files
    /// under them. Imports are looked for in `includes`, in order.
    ///
    /// Files are written whole, only if they changed, and not at all if
    /// anything is wrong. In a build script, cargo is told which files to
    /// watch.
    pub fn compile(
        &self,
        files: &[impl AsRef<Path>],
        includes: &[impl AsRef<Path>],
    ) -> Result<(), Faults> {
        let out_dir = self.directory()?;
        let source = Source {
            files: files.iter().map(|path| path.as_ref().to_owned()).collect(),
            includes: includes
                .iter()
                .map(|path| path.as_ref().to_owned())
                .collect(),
            backend: self.backend,
            parameter: self.parameter(),
        };
        let compiled = compile::compile_with(&source, self.protoc.as_deref())?;
        watch::tell_cargo(&source, compiled.read());
        let generated = crate::generate(compiled.request())?;
        write::files(
            &out_dir,
            generated
                .iter()
                .map(|file| (file.name.as_str(), file.content.as_bytes())),
        )?;
        Ok(())
    }

    fn parameter(&self) -> String {
        let options: Vec<_> = self
            .options
            .iter()
            .map(|(key, value)| escape(&format!("{key}={value}")))
            .collect();
        options.join(",")
    }

    fn directory(&self) -> Result<PathBuf, Fault> {
        self.out_dir
            .clone()
            .or_else(|| std::env::var_os("OUT_DIR").map(PathBuf::from))
            .ok_or_else(|| {
                Fault::new("there is no directory to write to: `OUT_DIR` is not set")
                    .help("call this from a build script, or name a directory with `out_dir`")
            })
    }

    /// The last word holds, as with any builder.
    fn set(mut self, key: &'static str, value: String) -> Self {
        self.options.retain(|(other, _)| *other != key);
        self.add(key, value)
    }

    fn add(mut self, key: &'static str, value: String) -> Self {
        self.options.push((key, value));
        self
    }
}
