//! Environment variables over a TOML table.

use toml::{Table, Value};

use super::error::{ConfigError, Source};

/// Puts `PREFIX__SERVER__ADDRESS=...` at `server.address`.
///
/// A value is read as TOML (`8`, `true`, `"text"`, `["a", "b"]`) and, where it
/// is none, taken as text; so `30s` and `127.0.0.1:0` need no quotes.
pub(super) fn overlay(
    table: &mut Table,
    prefix: &str,
    variables: impl Iterator<Item = (String, String)>,
) -> Result<Vec<(String, String)>, ConfigError> {
    let start = format!("{prefix}__");
    let mut mine: Vec<_> = variables
        .filter_map(|(name, value)| {
            let path = name.strip_prefix(&start)?.to_ascii_lowercase();
            Some((name, path, value))
        })
        .collect();
    // The environment has no order; errors and results must have one.
    mine.sort();
    let mut set = Vec::new();
    for (name, path, text) in mine {
        let keys: Vec<&str> = path.split("__").collect();
        if keys.iter().any(|key| key.is_empty()) {
            return Err(ConfigError::new(
                Source::Environment(name),
                format!("the name has an empty key; write {prefix}__SECTION__KEY"),
            ));
        }
        put(table, &keys, value(&text)).map_err(|taken| {
            ConfigError::new(
                Source::Environment(name.clone()),
                format!("`{taken}` is a value, not a section"),
            )
        })?;
        set.push((keys.join("."), name));
    }
    Ok(set)
}

fn value(text: &str) -> Value {
    let document = format!("value = {text}");
    document
        .parse::<Table>()
        .ok()
        .filter(|table| table.len() == 1)
        .and_then(|mut table| table.remove("value"))
        .unwrap_or_else(|| Value::String(text.to_owned()))
}

fn put(table: &mut Table, keys: &[&str], value: Value) -> Result<(), String> {
    let Some((last, sections)) = keys.split_last() else {
        return Ok(());
    };
    let mut table = table;
    for section in sections {
        let next = table
            .entry((*section).to_owned())
            .or_insert_with(|| Value::Table(Table::new()));
        table = next.as_table_mut().ok_or_else(|| (*section).to_owned())?;
    }
    table.insert((*last).to_owned(), value);
    Ok(())
}
