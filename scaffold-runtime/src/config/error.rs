//! What can be wrong with a configuration.

use std::fmt;
use std::path::PathBuf;

/// Why a configuration cannot be used: where, what, and what would mend it.
#[derive(Debug)]
pub struct ConfigError {
    source: Source,
    message: String,
}

/// Where the offending text came from.
#[derive(Debug)]
pub(crate) enum Source {
    File(PathBuf),
    Environment(String),
    Merged,
}

impl ConfigError {
    pub(crate) fn new(source: Source, message: impl Into<String>) -> ConfigError {
        ConfigError {
            source,
            message: message.into(),
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Source::File(path) => write!(f, "{}: ", path.display())?,
            Source::Environment(name) => write!(f, "environment variable {name}: ")?,
            Source::Merged => f.write_str("configuration: ")?,
        }
        f.write_str(self.message.trim_end())
    }
}

impl std::error::Error for ConfigError {}
