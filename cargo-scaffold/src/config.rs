//! `scaffold.toml`: what a project is made from.

use std::path::Path;

use protoc_gen_scaffold::{Options, escape};
use serde::{Deserialize, Serialize};

use crate::fault::{Context, Fault, Result};

/// The file's name in a project.
pub(crate) const FILE: &str = "scaffold.toml";

/// The file as it is written. Keys that nobody knows are errors: a misspelt one
/// would be a setting that silently does nothing.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    version: u32,
    pub(crate) proto: Proto,
    #[serde(default)]
    generate: Generate,
    #[serde(default)]
    pub(crate) runtime: Runtime,
    /// Flags of `cargo loadtest`, which reads them itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    loadtest: Option<toml::Table>,
}

/// Where the `.proto` files are.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Proto {
    /// Files, and directories for all the files in them.
    pub(crate) files: Vec<String>,
    /// Where imports are searched.
    pub(crate) include: Vec<String>,
}

/// Options of the generator, by the names that the protoc plugin has for them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(transparent)]
struct Generate(toml::Table);

/// Where the runtime crates come from.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(tag = "source", rename_all = "lowercase", deny_unknown_fields)]
pub(crate) enum Runtime {
    /// From `vendor/`, which this tool fills.
    #[default]
    Vendored,
    /// From a checkout of the toolchain.
    Path { path: String },
    /// From a repository.
    Git { git: String },
    /// From a registry.
    Registry { version: String },
}

// === impl Config ===

impl Config {
    /// What `new` writes.
    pub(crate) fn fresh(runtime: Runtime) -> Self {
        let generate = [
            ("parts", "messages+server+client+loadtest+descriptors"),
            ("loadtest_feature", "loadtest"),
            ("mount", "tree"),
        ];
        Self {
            version: 1,
            proto: Proto {
                files: vec!["proto".to_owned()],
                include: vec!["proto".to_owned()],
            },
            generate: Generate(
                generate
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value.into()))
                    .collect(),
            ),
            runtime,
            loadtest: None,
        }
    }

    pub(crate) fn read(root: &Path) -> Result<Self> {
        let path = root.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(Fault::usage(format!("there is no {FILE} in {}", root.display()))
                    .help("run it in a project made by `cargo scaffold new`, or name one with --dir")
                    .note("nothing was changed"));
            }
            read => read.context(|| format!("cannot read {}", path.display()))?,
        };
        let config: Self = toml::from_str(&text).map_err(|error| {
            Fault::usage(format!(
                "{}: {}",
                path.display(),
                error.to_string().trim_end()
            ))
            .note("nothing was changed")
        })?;
        if config.version != 1 {
            return Err(Fault::usage(format!(
                "{}: version {} is not known to this version of the tool",
                path.display(),
                config.version
            ))
            .help("use a newer cargo-scaffold")
            .note("nothing was changed"));
        }
        Ok(config)
    }

    /// The file as it is written.
    pub(crate) fn text(&self) -> Result<String> {
        toml::to_string(self).map_err(|error| Fault::internal(format!("{FILE}: {error}")))
    }

    /// The options as the plugin's parameter.
    pub(crate) fn parameter(&self) -> Result<String> {
        let mut pairs = Vec::new();
        for (key, value) in &self.generate.0 {
            for value in match value {
                toml::Value::Array(values) => values.as_slice(),
                value => std::slice::from_ref(value),
            } {
                let Some(value) = value.as_str() else {
                    return Err(Fault::usage(format!(
                        "{FILE}: `generate.{key}` must be a string, or a list of them"
                    ))
                    .note("nothing was changed"));
                };
                pairs.push(escape(&format!("{key}={value}")));
            }
        }
        let parameter = pairs.join(",");
        // The generator would say the same, but not where.
        Options::parse(&parameter).map_err(|faults| {
            let what = faults
                .iter()
                .map(|fault| format!("{FILE}: [generate]: {fault}"));
            let mut fault = Fault::usage("").note("nothing was changed");
            fault.what = what.collect();
            fault
        })?;
        Ok(parameter)
    }
}

// === impl Runtime ===

impl Runtime {
    /// Reads the `--runtime` flag: `vendored`, `path=DIR`, `git=URL`, `registry=VERSION`.
    pub(crate) fn parse(text: &str) -> std::result::Result<Self, String> {
        let (source, value) = text.split_once('=').unwrap_or((text, ""));
        match (source, value) {
            ("vendored", "") => Ok(Self::Vendored),
            ("path", path) if !path.is_empty() => Ok(Self::Path {
                path: path.to_owned(),
            }),
            ("git", git) if !git.is_empty() => Ok(Self::Git {
                git: git.to_owned(),
            }),
            ("registry", version) if !version.is_empty() => Ok(Self::Registry {
                version: version.to_owned(),
            }),
            _ => Err("write vendored, path=DIR, git=URL or registry=VERSION".to_owned()),
        }
    }

    /// How a manifest in `depth` directories below the project names a crate.
    pub(crate) fn dependency(&self, name: &str, depth: usize) -> toml::Table {
        let up = "../".repeat(depth);
        let (key, value) = match self {
            Self::Vendored => ("path", format!("{up}vendor/{name}")),
            Self::Path { path } if Path::new(path).is_absolute() => {
                ("path", format!("{path}/{name}"))
            }
            Self::Path { path } => ("path", format!("{up}{path}/{name}")),
            Self::Git { git } => ("git", git.clone()),
            Self::Registry { version } => ("version", version.clone()),
        };
        toml::Table::from_iter([(key.to_owned(), value.into())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_file_is_read_as_it_was_written() {
        for runtime in [
            "vendored",
            "path=../..",
            "git=https://x.example/s",
            "registry=0.1",
        ] {
            let config = Config::fresh(Runtime::parse(runtime).unwrap());
            let text = config.text().unwrap();
            assert_eq!(toml::from_str::<Config>(&text).unwrap(), config, "{text}");
        }
    }

    #[test]
    fn a_misspelt_key_is_an_error_with_a_place() {
        let text = "version = 1\n[proto]\nfiles = []\nincludes = []\n";
        let error = toml::from_str::<Config>(text).unwrap_err().to_string();
        assert!(
            error.contains("includes") && error.contains("line 4"),
            "{error}"
        );
    }

    #[test]
    fn options_become_a_parameter() {
        let mut config = Config::fresh(Runtime::Vendored);
        config.generate.0.insert(
            "type_attribute".to_owned(),
            vec![
                toml::Value::from(".a.B=#[derive(Eq, Hash)]"),
                toml::Value::from(".a.C=#[derive(Eq)]"),
            ]
            .into(),
        );
        let parameter = config.parameter().unwrap();
        assert!(
            parameter.contains(
                "type_attribute=.a.B=#[derive(Eq\\, Hash)],type_attribute=.a.C=#[derive(Eq)]"
            ),
            "{parameter}"
        );
    }
}
