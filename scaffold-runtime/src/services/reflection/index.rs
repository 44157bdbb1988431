//! Look-ups over the descriptors of all services.

use std::collections::{BTreeSet, HashMap, HashSet};

use prost::Message;
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
};

use crate::{Descriptors, ServiceSpec};

/// A file: its bytes as they are sent, and what it imports.
#[derive(Debug)]
pub(super) struct File {
    pub(super) encoded: &'static [u8],
    pub(super) imports: Vec<String>,
}

/// Every file by path, and by the symbols and extensions it declares.
#[derive(Debug, Default)]
pub(super) struct Index {
    files: HashMap<String, File>,
    symbols: HashMap<String, String>,
    extensions: HashMap<(String, i32), String>,
    services: BTreeSet<String>,
}

impl Index {
    /// Reads the descriptors of the services, and of what they import.
    pub(super) fn new<'a>(specs: impl IntoIterator<Item = &'a ServiceSpec>) -> Index {
        let mut index = Index::default();
        let mut seen = HashSet::new();
        let mut open: Vec<&'static Descriptors> = Vec::new();
        for spec in specs {
            index.services.insert(spec.name.to_owned());
            open.extend(spec.descriptors);
        }
        // Packages may import each other in a ring.
        while let Some(next) = open.pop() {
            if seen.insert(std::ptr::from_ref(next)) {
                open.extend(next.imports().iter().copied());
                for encoded in next.files() {
                    index.add(encoded);
                }
            }
        }
        index
    }

    fn add(&mut self, encoded: &'static [u8]) {
        // Written by the generator; a file that does not decode is one that
        // nobody can ask for.
        let Ok(file) = FileDescriptorProto::decode(encoded) else {
            return;
        };
        let path = file.name().to_owned();
        if self.files.contains_key(&path) {
            return;
        }
        let mut symbols = Symbols {
            index: self,
            path: &path,
        };
        let package = file.package().to_owned();
        for message in &file.message_type {
            symbols.message(&package, message);
        }
        for item in &file.enum_type {
            symbols.enumeration(&package, item);
        }
        for field in &file.extension {
            symbols.extension(&package, field);
        }
        for service in &file.service {
            let name = symbols.symbol(&package, service.name());
            for method in &service.method {
                symbols.symbol(&name, method.name());
            }
        }
        self.files.insert(
            path,
            File {
                encoded,
                imports: file.dependency,
            },
        );
    }

    /// Full names, sorted.
    pub(super) fn services(&self) -> impl Iterator<Item = &String> {
        self.services.iter()
    }

    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    pub(super) fn path_of_symbol(&self, symbol: &str) -> Option<&str> {
        self.symbols.get(symbol).map(String::as_str)
    }

    pub(super) fn path_of_extension(&self, extendee: &str, number: i32) -> Option<&str> {
        self.extensions
            .get(&(extendee.to_owned(), number))
            .map(String::as_str)
    }

    /// Numbers of the extensions of a message, ascending; None if there is no
    /// such message.
    pub(super) fn extension_numbers(&self, extendee: &str) -> Option<Vec<i32>> {
        let mut numbers: Vec<i32> = self
            .extensions
            .keys()
            .filter(|(name, _)| name == extendee)
            .map(|(_, number)| *number)
            .collect();
        numbers.sort_unstable();
        (self.symbols.contains_key(extendee) || !numbers.is_empty()).then_some(numbers)
    }
}

/// Adds what one file declares.
struct Symbols<'a> {
    index: &'a mut Index,
    path: &'a str,
}

impl Symbols<'_> {
    fn symbol(&mut self, scope: &str, name: &str) -> String {
        let full = match scope {
            "" => name.to_owned(),
            scope => format!("{scope}.{name}"),
        };
        self.index
            .symbols
            .insert(full.clone(), self.path.to_owned());
        full
    }

    fn message(&mut self, scope: &str, message: &DescriptorProto) {
        let full = self.symbol(scope, message.name());
        for field in &message.field {
            self.symbol(&full, field.name());
        }
        for oneof in &message.oneof_decl {
            self.symbol(&full, oneof.name());
        }
        for nested in &message.nested_type {
            self.message(&full, nested);
        }
        for item in &message.enum_type {
            self.enumeration(&full, item);
        }
        for field in &message.extension {
            self.extension(&full, field);
        }
    }

    fn enumeration(&mut self, scope: &str, item: &EnumDescriptorProto) {
        self.symbol(scope, item.name());
        for value in &item.value {
            // An enum's values are its siblings (descriptor.proto).
            self.symbol(scope, value.name());
        }
    }

    fn extension(&mut self, scope: &str, field: &FieldDescriptorProto) {
        self.symbol(scope, field.name());
        let extendee = field.extendee().trim_start_matches('.').to_owned();
        self.index
            .extensions
            .insert((extendee, field.number()), self.path.to_owned());
    }
}
