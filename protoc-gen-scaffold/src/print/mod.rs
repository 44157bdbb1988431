//! From stages' texts to files.

use crate::emit::Unit;

/// One generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name, in the output directory: one component, made of package
    /// segments.
    pub name: String,
    /// Its text.
    pub content: String,
}

/// Puts each package's messages between the head and the rest of its file.
pub(crate) fn print(units: Vec<Unit>, messages: &[String]) -> Vec<File> {
    let file = |unit: Unit| {
        let messages = unit.package.and_then(|at| messages.get(at));
        let messages = messages.map_or("", String::as_str);
        File {
            name: unit.file_name,
            content: [unit.head.as_str(), messages, &unit.rest].concat(),
        }
    };
    units.into_iter().map(file).collect()
}
