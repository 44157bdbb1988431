//! Dotted paths of the fields that must never be logged.

use std::collections::HashMap;

use crate::descriptor::field_descriptor_proto::Type;
use crate::descriptor::{FieldOptions, Index};

/// Looks into messages, each once.
pub(super) struct Sensitive<'a> {
    index: &'a Index<'a>,
    /// Whether anything sensitive can be reached from a message.
    reaches: HashMap<&'a str, bool>,
}

/// A schema may have more paths to sensitive fields than the sun has atoms.
/// Beyond so many, or so deep, the message that holds them is named instead.
const MOST_PATHS: usize = 256;
const DEEPEST: usize = 32;

// === impl Sensitive ===

impl<'a> Sensitive<'a> {
    pub(super) fn new(index: &'a Index<'a>) -> Self {
        Self {
            index,
            reaches: HashMap::new(),
        }
    }

    /// Paths from a message, sorted. Where a message holds itself, the path
    /// ends at the field that closes the circle: all below it is sensitive.
    pub(super) fn paths(&mut self, message: &str) -> Vec<String> {
        let mut paths = Vec::new();
        if self.reaches(message) {
            self.collect(message, "", &mut Vec::new(), &mut paths);
        }
        paths.sort();
        paths.dedup();
        paths
    }

    fn collect(
        &mut self,
        name: &str,
        prefix: &str,
        above: &mut Vec<String>,
        paths: &mut Vec<String>,
    ) {
        let Some(message) = self.index.message(name) else {
            return;
        };
        above.push(name.to_owned());
        for field in &message.field {
            let path = format!("{prefix}{}", field.name());
            let below = field.type_name();
            if field.options.as_ref().is_some_and(is_sensitive) {
                paths.push(path);
            } else if self.is_message(field.r#type()) && self.reaches(below) {
                if above.iter().any(|outer| outer == below)
                    || above.len() >= DEEPEST
                    || paths.len() >= MOST_PATHS
                {
                    paths.push(path);
                } else {
                    self.collect(below, &format!("{path}."), above, paths);
                }
            }
        }
        above.pop();
    }

    /// Searches breadth first from a message, if it was not seen yet.
    fn reaches(&mut self, name: &str) -> bool {
        if let Some(&known) = self.reaches.get(name) {
            return known;
        }
        let mut seen: Vec<&'a str> = Vec::new();
        let mut found = false;
        let mut waiting = vec![name.to_owned()];
        let mut visited = std::collections::HashSet::new();
        while let Some(name) = waiting.pop() {
            let Some(message) = self.index.message(&name) else {
                continue;
            };
            for field in &message.field {
                if field.options.as_ref().is_some_and(is_sensitive) {
                    found = true;
                }
                if self.is_message(field.r#type()) && visited.insert(field.type_name()) {
                    match self.reaches.get(field.type_name()) {
                        Some(&known) => found |= known,
                        None => {
                            seen.push(field.type_name());
                            waiting.push(field.type_name().to_owned());
                        }
                    }
                }
            }
        }
        if !found {
            // From what was met on the way nothing can be reached either.
            self.reaches
                .extend(seen.into_iter().map(|name| (name, false)));
        }
        found
    }

    fn is_message(&self, r#type: Type) -> bool {
        matches!(r#type, Type::Message | Type::Group)
    }
}

fn is_sensitive(options: &FieldOptions) -> bool {
    options.debug_redact()
        || options
            .policy
            .as_ref()
            .is_some_and(|policy| policy.sensitive())
}
