//! The configuration: `config.toml`, and environment variables over it.

use std::path::Path;

use scaffold_runtime::{Error, ServerConfig, config};
use serde::{Deserialize, Serialize};
use tracing::level_filters::LevelFilter;

/// Every setting of the process. An unknown key is an error: a misspelt setting
/// would be one that silently does nothing.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// What is logged.
    pub log: Log,
    /// Address, limits and timeouts of the server.
    pub server: ServerConfig,
}

/// What is logged.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// `off`, `error`, `warn`, `info`, `debug` or `trace`.
    pub level: String,
}

impl Config {
    /// Reads the file that `USER_SERVICE_CONFIG` names, or else `config.toml` if
    /// there is one. `USER_SERVICE__SERVER__ADDRESS` in the environment wins over
    /// `address` in `[server]`, and so for every setting.
    pub fn load() -> Result<Self, Error> {
        let named = std::env::var_os("USER_SERVICE_CONFIG");
        let usual = Path::new("config.toml");
        let path = match &named {
            Some(path) => Some(Path::new(path)),
            None => usual.is_file().then_some(usual),
        };
        config::load(path, "USER_SERVICE").map_err(|error| Error::new("no configuration", error))
    }

    /// The settings in effect, as TOML.
    pub fn render(&self) -> Result<String, Error> {
        config::render(self).map_err(|error| Error::new("no configuration", error))
    }
}

impl Log {
    /// The level as the subscriber takes it.
    pub fn level(&self) -> Result<LevelFilter, Error> {
        self.level
            .parse()
            .map_err(|_| Error::message(format!("log.level: `{}` is no level", self.level)))
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            level: "info".to_owned(),
        }
    }
}
