//! `loadtest.toml`: the flags of a run as keys, so that there is one grammar.
//!
//! ```toml
//! rate = "500/s"
//! slo = ["p99<20ms", "errors<0.1%"]
//! header = ["x-tenant=blue"]
//! ```
//!
//! Its table `[payload]` is read by another room (docs/payloads.md).

use std::path::{Path, PathBuf};

use crate::plan::Fault;

/// Where it is looked for, and the table that it is in.
const PLACES: [(&str, Option<&str>); 3] = [
    ("loadtest.toml", None),
    ("loadtest/loadtest.toml", None),
    ("scaffold.toml", Some("loadtest")),
];

/// The file's keys as arguments: those of `path`, or of the first place that has
/// any; and the file that may say more of payloads.
pub(super) fn arguments(path: Option<&Path>) -> Result<(Vec<String>, Option<PathBuf>), Fault> {
    if let Some(path) = path {
        let arguments = read(path, None)?
            .ok_or_else(|| Fault::usage(format!("there is no file {}", path.display())))?;
        return Ok((arguments, Some(path.to_owned())));
    }
    for (path, table) in PLACES {
        if let Some(arguments) = read(Path::new(path), table)? {
            // The other file's tables are the scaffold tool's.
            let own = table.is_none().then(|| PathBuf::from(path));
            return Ok((arguments, own));
        }
    }
    Ok((Vec::new(), None))
}

/// The path after `--config` in `line`, which clap has not read yet.
pub(super) fn path(line: &[String]) -> Option<PathBuf> {
    let at = line
        .iter()
        .rposition(|arg| arg == "--config" || arg.starts_with("--config="))?;
    let path = match line[at].split_once('=') {
        Some((_, path)) => path,
        None => line.get(at + 1)?,
    };
    Some(PathBuf::from(path))
}

fn read(path: &Path, table: Option<&str>) -> Result<Option<Vec<String>>, Fault> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(Fault::usage(format!(
                "cannot read {}: {error}",
                path.display()
            )));
        }
    };
    let wrong = |why: String| Fault::usage(format!("{}: {why}", path.display()));
    let all: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| wrong(error.to_string()))?;
    let keys = match table {
        None => &all,
        Some(name) => match all.get(name) {
            None => return Ok(None),
            Some(toml::Value::Table(keys)) => keys,
            Some(_) => return Err(wrong(format!("`{name}` is a table"))),
        },
    };
    let mut arguments = Vec::new();
    for (key, value) in keys {
        if !value.is_table() {
            append(key, value, &mut arguments).map_err(wrong)?;
        }
    }
    Ok(Some(arguments))
}

fn append(key: &str, value: &toml::Value, arguments: &mut Vec<String>) -> Result<(), String> {
    let flag = format!("--{}", key.replace('_', "-"));
    let text = match value {
        toml::Value::Boolean(true) => {
            arguments.push(flag);
            return Ok(());
        }
        toml::Value::Boolean(false) => return Ok(()),
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        // One flag, which the command line overrules as a whole.
        toml::Value::Array(values) if key == "formats" => {
            let names: Option<Vec<&str>> = values.iter().map(toml::Value::as_str).collect();
            names.ok_or("`formats` are texts")?.join(",")
        }
        toml::Value::Array(values) => {
            return values
                .iter()
                .try_for_each(|value| append(key, value, arguments));
        }
        _ => {
            return Err(format!(
                "`{key}` is a text, a number, true, false, or a list of those"
            ));
        }
    };
    arguments.push(format!("{flag}={text}"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Vec<String>, String> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), text).expect("written");
        let read = arguments(Some(file.path()));
        read.map(|(arguments, _)| arguments)
            .map_err(|fault| fault.to_string())
    }

    #[test]
    fn keys_are_flags() {
        let text = "rate = '5k/s'\nseed = 7\nunique = true\nno_report = false\nslo = ['p99<1ms', 'max<1s']\nformats = ['md', 'html']\n[payload]\nx = 1";
        let expected = [
            "--formats=md,html",
            "--rate=5k/s",
            "--seed=7",
            "--slo=p99<1ms",
            "--slo=max<1s",
            "--unique",
        ];
        assert_eq!(of(text).unwrap(), expected);
        assert!(of("rate = 1979-05-27").unwrap_err().contains("`rate`"));
        assert!(of("rate =").is_err());
        assert!(arguments(Some(Path::new("nowhere/x.toml"))).is_err());
    }
}
