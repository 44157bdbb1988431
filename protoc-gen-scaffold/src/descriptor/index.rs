//! Full names to types, file names to files.

use std::collections::HashMap;

use super::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};

/// All types and files of a request, by name. Built once, in one walk.
#[derive(Debug)]
pub struct Index<'a> {
    files: HashMap<&'a str, usize>,
    types: HashMap<String, usize>,
    entries: Vec<Entry<'a>>,
    duplicates: Vec<(String, usize, usize)>,
}

/// One type and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// The type.
    pub node: Node<'a>,
    /// Its file, as a position in the list the index was made from.
    pub file: usize,
    parent: Option<usize>,
    position: i32,
}

/// A message or an enum.
#[derive(Clone, Copy, Debug)]
pub enum Node<'a> {
    /// A message, group or map entry.
    Message(&'a DescriptorProto),
    /// An enum.
    Enum(&'a EnumDescriptorProto),
}

// === impl Index ===

impl<'a> Index<'a> {
    /// Walks all files once.
    pub fn new(files: &'a [FileDescriptorProto]) -> Self {
        let mut index = Self {
            files: HashMap::with_capacity(files.len()),
            types: HashMap::new(),
            entries: Vec::new(),
            duplicates: Vec::new(),
        };
        for (at, file) in files.iter().enumerate() {
            index.files.entry(file.name()).or_insert(at);
            let mut scope = String::new();
            if !file.package().is_empty() {
                scope.push('.');
                scope.push_str(file.package());
            }
            index.walk(&mut scope, at, None, &file.message_type, &file.enum_type);
        }
        index
    }

    /// The type of a full name with its leading dot, as descriptors write it.
    pub fn get(&self, full_name: &str) -> Option<&Entry<'a>> {
        self.types.get(full_name).map(|&at| &self.entries[at])
    }

    /// The message of a full name with its leading dot.
    pub fn message(&self, full_name: &str) -> Option<&'a DescriptorProto> {
        match self.get(full_name)?.node {
            Node::Message(message) => Some(message),
            Node::Enum(_) => None,
        }
    }

    /// The enum of a full name with its leading dot.
    pub fn enumeration(&self, full_name: &str) -> Option<&'a EnumDescriptorProto> {
        match self.get(full_name)?.node {
            Node::Enum(enumeration) => Some(enumeration),
            Node::Message(_) => None,
        }
    }

    /// The position of a file in the list the index was made from.
    pub fn file(&self, name: &str) -> Option<usize> {
        self.files.get(name).copied()
    }

    /// The descriptor path of a type within its file, such as `[4, 0, 3, 2]`.
    pub fn path(&self, entry: &Entry<'a>) -> Vec<i32> {
        let mut path = Vec::new();
        let mut next = Some(entry);
        while let Some(entry) = next {
            path.push(entry.position);
            path.push(match (&entry.node, entry.parent) {
                (Node::Message(_), None) => 4,
                (Node::Enum(_), None) => 5,
                (Node::Message(_), Some(_)) => 3,
                (Node::Enum(_), Some(_)) => 4,
            });
            next = entry.parent.map(|at| &self.entries[at]);
        }
        path.reverse();
        path
    }

    /// Names that more than one file or place gives: the name, and the files
    /// of the first and of the later one. No compiler lets this through, but a
    /// plugin's request may say anything.
    pub fn duplicates(&self) -> &[(String, usize, usize)] {
        &self.duplicates
    }

    fn walk(
        &mut self,
        scope: &mut String,
        file: usize,
        parent: Option<usize>,
        messages: &'a [DescriptorProto],
        enums: &'a [EnumDescriptorProto],
    ) {
        let outer = scope.len();
        for (position, message) in messages.iter().enumerate() {
            scope.push('.');
            scope.push_str(message.name());
            let at = self.entries.len();
            self.push(scope, file, parent, position, Node::Message(message));
            self.walk(
                scope,
                file,
                Some(at),
                &message.nested_type,
                &message.enum_type,
            );
            scope.truncate(outer);
        }
        for (position, enumeration) in enums.iter().enumerate() {
            scope.push('.');
            scope.push_str(enumeration.name());
            self.push(scope, file, parent, position, Node::Enum(enumeration));
            scope.truncate(outer);
        }
    }

    fn push(
        &mut self,
        name: &str,
        file: usize,
        parent: Option<usize>,
        position: usize,
        node: Node<'a>,
    ) {
        let at = self.entries.len();
        self.entries.push(Entry {
            node,
            file,
            parent,
            position: position as i32,
        });
        if let Some(&first) = self.types.get(name) {
            let first = self.entries[first].file;
            self.duplicates.push((name.to_owned(), first, file));
        } else {
            self.types.insert(name.to_owned(), at);
        }
    }
}
