//! Reading and printing.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use toml::Table;

use super::error::{ConfigError, Source};
use super::overlay::overlay;

/// Reads a configuration: the TOML file at `path`, then the process's
/// environment variables that start with `PREFIX__` over it.
///
/// A double underscore goes one section down: with the prefix `USERS`,
/// `USERS__SERVER__ADDRESS=127.0.0.1:0` sets `address` in `[server]`. Without a
/// path, the environment and the type's defaults are all there is.
///
/// # Errors
///
/// If the file cannot be read or parsed, a key is unknown (the type says so by
/// `#[serde(deny_unknown_fields)]`), or a value does not fit: the error names
/// the file with line and column, or the variable.
///
/// # Examples
///
/// ```
/// use scaffold_runtime::config;
///
/// #[derive(Debug, serde::Deserialize, serde::Serialize)]
/// #[serde(default, deny_unknown_fields)]
/// struct Config {
///     greeting: String,
/// }
///
/// impl Default for Config {
///     fn default() -> Config {
///         Config { greeting: "hello".to_owned() }
///     }
/// }
///
/// let config: Config = config::load(None, "DOC_EXAMPLE")?;
/// assert_eq!(config::render(&config)?, "greeting = \"hello\"\n");
/// # Ok::<(), config::ConfigError>(())
/// ```
pub fn load<T: DeserializeOwned>(path: Option<&Path>, prefix: &str) -> Result<T, ConfigError> {
    // A variable that is not UTF-8 can be none of ours.
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    load_from(path, prefix, variables)
}

/// As [`load`], with the environment given, for tests.
///
/// # Errors
///
/// As [`load`].
pub fn load_from<T: DeserializeOwned>(
    path: Option<&Path>,
    prefix: &str,
    variables: impl Iterator<Item = (String, String)>,
) -> Result<T, ConfigError> {
    let mut table = Table::new();
    if let Some(path) = path {
        let file = |message: String| ConfigError::new(Source::File(path.to_path_buf()), message);
        let text = std::fs::read_to_string(path).map_err(|error| file(error.to_string()))?;
        // The file alone first, so that its errors have lines.
        toml::from_str::<T>(&text).map_err(|error| file(error.to_string()))?;
        table = text
            .parse()
            .map_err(|error: toml::de::Error| file(error.to_string()))?;
    }
    let set = overlay(&mut table, prefix, variables)?;
    let text = toml::to_string(&table)
        .map_err(|error| ConfigError::new(Source::Merged, error.to_string()))?;
    toml::from_str(&text).map_err(|error| {
        // The file was well by itself, so a variable is to blame.
        let blamed = error
            .span()
            .and_then(|span| blame(&text, span.start, &set))
            .or_else(|| {
                set.first()
                    .filter(|_| set.len() == 1)
                    .map(|(_, name)| name.clone())
            });
        let source = blamed.map_or(Source::Merged, Source::Environment);
        ConfigError::new(source, error.message())
    })
}

/// The variable that set the key on which an error points.
fn blame(text: &str, at: usize, set: &[(String, String)]) -> Option<String> {
    let before = &text[..at];
    let section = before
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix('[')?.strip_suffix(']'));
    let line = text[before.rfind('\n').map_or(0, |end| end + 1)..]
        .lines()
        .next()?;
    let key = line.split('=').next()?.trim();
    let path = section.map_or_else(|| key.to_owned(), |section| format!("{section}.{key}"));
    set.iter()
        .find(|(set, _)| *set == path || path.starts_with(&format!("{set}.")))
        .map(|(_, name)| name.clone())
}

/// The effective configuration as TOML, to be printed at start.
///
/// # Errors
///
/// If the type has no TOML form.
pub fn render<T: Serialize>(config: &T) -> Result<String, ConfigError> {
    toml::to_string(config).map_err(|error| ConfigError::new(Source::Merged, error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, serde::Deserialize, Serialize)]
    #[serde(default, deny_unknown_fields)]
    struct Config {
        name: String,
        server: Server,
    }

    #[derive(Debug, Default, PartialEq, serde::Deserialize, Serialize)]
    #[serde(default, deny_unknown_fields)]
    struct Server {
        address: String,
        workers: usize,
        tags: Vec<String>,
    }

    fn read(text: &str, variables: &[(&str, &str)]) -> Result<Config, String> {
        let path = std::env::temp_dir().join(format!(
            "scaffold-config-{}-{:?}.toml",
            std::process::id(),
            std::thread::current().id()
        ));
        std::fs::write(&path, text).expect("written");
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let config = load_from(Some(&path), "APP", variables);
        std::fs::remove_file(&path).expect("removed");
        config.map_err(|error| {
            error
                .to_string()
                .replace(&path.display().to_string(), "FILE")
        })
    }

    #[test]
    fn the_environment_wins() {
        let config = read(
            "name = \"a\"\n[server]\naddress = \"x\"\nworkers = 1\n",
            &[
                ("APP__SERVER__ADDRESS", "127.0.0.1:0"),
                ("APP__SERVER__WORKERS", "8"),
                ("APP__SERVER__TAGS", "[\"p\", \"q\"]"),
                ("OTHER__NAME", "no"),
                ("APPLE", "no"),
            ],
        );
        let server = Server {
            address: "127.0.0.1:0".to_owned(),
            workers: 8,
            tags: vec!["p".to_owned(), "q".to_owned()],
        };
        assert_eq!(
            config,
            Ok(Config {
                name: "a".to_owned(),
                server
            })
        );
    }

    #[test]
    fn faults_say_where_they_are() {
        let error = read("[server]\nworkerz = 1\n", &[]).expect_err("unknown key");
        assert!(
            error.starts_with("FILE: TOML parse error at line 2"),
            "{error}"
        );
        let error = read("", &[("APP__SERVER__WORKERS", "many")]).expect_err("not a number");
        assert!(
            error.starts_with("environment variable APP__SERVER__WORKERS: "),
            "{error}"
        );
        let error =
            read("", &[("APP__SERVER__NAME", "x"), ("APP__NAME", "y")]).expect_err("unknown key");
        assert!(
            error.starts_with("environment variable APP__SERVER__NAME: "),
            "{error}"
        );
        let error = read("name = \"a\"", &[("APP__NAME__X", "1")]).expect_err("not a section");
        assert!(
            error.contains("`name` is a value, not a section"),
            "{error}"
        );
    }
}
