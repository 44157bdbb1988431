//! From TOML to changes and settings.

use std::path::Path;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::distribution::{Node, literal, pair};
use super::{Change, Distribution, Overrides, Settings};
use crate::payload::Fault;
use crate::payload::make::Template;

/// The table that is read; others in the file are another's.
const TABLE: &str = "payload";

const KEYS: &str = "fixed, choice, uniform, normal, lognormal, zipf, sequence, csv, template, size, present, items, any";

impl Overrides {
    /// Reads the table `[payload]` of a TOML file; none if the file has no such
    /// table.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is no TOML, or the table holds what is no
    /// override. Whether keys name fields is seen when a generator is made.
    pub fn read(path: &Path) -> Result<Overrides, Fault> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            Fault::new("", error.to_string())
                .at(&file, 0)
                .help("name another file of overrides, or make it readable")
        })?;
        Overrides::parse(&text, &file, path.parent().unwrap_or(Path::new("")))
    }

    /// The same of a text; `file` names it in errors, and paths of CSV files
    /// begin at `folder`.
    ///
    /// # Errors
    ///
    /// As [`Overrides::read`].
    pub fn parse(text: &str, file: &str, folder: &Path) -> Result<Overrides, Fault> {
        let line = |at: usize| 1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count();
        let document = DeTable::parse(text).map_err(|error| {
            let at = error.span().map_or(0, |span| line(span.start));
            Fault::new("", error.message().to_owned())
                .at(file, at)
                .help("the file is TOML: strings stand in quotes, and so do keys with dots")
        })?;
        let file: Arc<str> = file.into();
        let mut overrides = Overrides::default();
        let Some(table) = document.get_ref().get(TABLE) else {
            return Ok(overrides);
        };
        let DeValue::Table(table) = table.get_ref() else {
            return Err(Fault::new(TABLE, "it is no table").at(&file, line(table.span().start)));
        };
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        let mut changes = Vec::new();
        for (key, value) in entries {
            let line = line(key.span().start);
            let key: &str = key.get_ref();
            let node = Node {
                value: value.get_ref(),
                key,
                file: &file,
                line,
            };
            if key.contains(['.', ':']) {
                changes.push(change(&node, &file, folder)?);
            } else {
                overrides.settings.set(&node)?;
            }
        }
        overrides.changes = changes.into();
        Ok(overrides)
    }
}

// === impl Settings ===

impl Settings {
    fn set(&mut self, node: &Node<'_>) -> Result<(), Fault> {
        match node.key {
            "seed" => self.seed = Some(node.count()?),
            "max_size" => {
                self.max_size = Some(usize::try_from(node.bytes()?).unwrap_or(usize::MAX))
            }
            "max_items" => self.max_items = Some(node.small()?.max(1)),
            "max_depth" => self.max_depth = Some(node.small()?),
            "max_recursion" => self.max_recursion = Some(node.small()?),
            "fill" => self.fill = Some(node.share()?),
            _ => {
                return Err(node.fault("it is no setting, and names no field").help(
                    "settings are seed, max_size, max_items, max_depth, max_recursion and fill; a \
                     field is \"package.Message.field\" or \"Method:field.path\", in quotes",
                ));
            }
        }
        Ok(())
    }
}

fn change(node: &Node<'_>, file: &Arc<str>, folder: &Path) -> Result<Change, Fault> {
    let mut change = Change {
        file: Arc::clone(file),
        line: node.line,
        key: node.key.to_owned(),
        value: None,
        present: None,
        items: None,
        any: None,
    };
    let DeValue::Table(table) = node.value else {
        // A value alone is fixed.
        change.value = Some(Distribution::Listed(literal(node)?));
        return Ok(change);
    };
    let mut template = None;
    for (key, value) in table {
        let inner = Node {
            value: value.get_ref(),
            ..*node
        };
        let name: &str = key.get_ref();
        match name {
            "present" => change.present = Some(inner.share()?),
            "items" => change.items = Some(items(&inner)?),
            "any" => change.any = Some(inner.texts()?),
            "template" => template = Some(inner.text()?),
            "order" if table.contains_key("csv") => {}
            _ => {
                let random = match table.get("order").map(|order| order.get_ref().as_str()) {
                    None | Some(Some("sequence")) => false,
                    Some(Some("random")) => true,
                    Some(_) => {
                        return Err(node.fault("its order is neither \"sequence\" nor \"random\""));
                    }
                };
                let Some(value) = Distribution::read(name, &inner, folder, random)? else {
                    return Err(node
                        .fault(format!("{name:?} says nothing about a value"))
                        .help(format!("there are {KEYS}")));
                };
                if change.value.replace(value).is_some() {
                    return Err(node
                        .fault("it has two distributions")
                        .help(format!("keep one of {KEYS}")));
                }
            }
        }
    }
    if let Some(text) = template {
        let template: Template = super::template::template(&text, change.value.as_ref())
            .map_err(|why| node.fault(why))?;
        change.value = Some(Distribution::Template(template));
    }
    Ok(change)
}

fn items(node: &Node<'_>) -> Result<(u64, u64), Fault> {
    let (min, max) = match node.value {
        DeValue::Array(_) => {
            let (min, max) = pair(node)?;
            (min.count()?, max.count()?)
        }
        _ => (node.count()?, node.count()?),
    };
    if min > max || max > 1_000_000 {
        return Err(node
            .fault(format!("{min} to {max} elements is no count"))
            .help("write items = 3 or items = [1, 10], at most 1000000"));
    }
    Ok((min, max))
}
