//! What is known about each field: from the table of descriptors themselves,
//! and for custom options from the request's own files.

use std::collections::HashMap;

use super::builtin;
use super::rewrite::Rewrite;
use super::wire::Width;
use crate::descriptor::field_descriptor_proto::{Label, Type};
use crate::descriptor::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto, Index, feature_set as set,
};

/// Rewrites descriptors of a request to their canonical bytes.
#[derive(Debug)]
pub struct Canonical<'a> {
    index: &'a Index<'a>,
    files: &'a [FileDescriptorProto],
    builtin: HashMap<&'static str, HashMap<u32, Rule<'static>>>,
    /// By extended message and number; the position is of the file it is in.
    extensions: HashMap<(&'a str, u32), (usize, &'a FieldDescriptorProto)>,
}

/// How a field is to be written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule<'a> {
    pub(super) kind: Kind<'a>,
    pub(super) repeated: bool,
    pub(super) packed: bool,
    /// A zero is the same as nothing.
    pub(super) implicit: bool,
    pub(super) dropped: bool,
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind<'a> {
    Bytes,
    Bool,
    /// Negative ones are ten bytes long.
    Int32,
    Uint32,
    Number(Width),
    /// A message of `descriptor.proto`, by its short name.
    Builtin(&'a str),
    /// Any other message, by its full name.
    Message(&'a str),
    Map(&'a DescriptorProto),
}

// === impl Canonical ===

impl<'a> Canonical<'a> {
    /// Gathers the extensions that all files define.
    pub fn new(files: &'a [FileDescriptorProto], index: &'a Index<'a>) -> Self {
        let mut extensions = HashMap::new();
        let mut add = |at, list: &'a [FieldDescriptorProto]| {
            for field in list {
                if let Ok(number) = u32::try_from(field.number()) {
                    extensions.insert((field.extendee(), number), (at, field));
                }
            }
        };
        for (at, file) in files.iter().enumerate() {
            add(at, &file.extension);
            let mut waiting: Vec<_> = file.message_type.iter().collect();
            while let Some(message) = waiting.pop() {
                add(at, &message.extension);
                waiting.extend(&message.nested_type);
            }
        }
        Self {
            index,
            files,
            builtin: builtin::rules(),
            extensions,
        }
    }

    /// The canonical bytes of an encoded `FileDescriptorProto`.
    pub fn file(&self, bytes: &[u8]) -> Vec<u8> {
        Rewrite::new(self).file(bytes)
    }

    /// The rule of a field of a message, given by full name with its dot.
    pub(super) fn rule(&self, message: &str, number: u32) -> Option<Rule<'a>> {
        let builtin = message
            .strip_prefix(".google.protobuf.")
            .and_then(|name| self.builtin.get(name));
        if let Some(rule) = builtin.and_then(|rules| rules.get(&number)) {
            return Some(*rule);
        }
        if let Some(&(file, field)) = self.extensions.get(&(message, number)) {
            let mut rule = self.of(file, field);
            rule.implicit = false;
            return Some(rule);
        }
        if builtin.is_some() {
            return None;
        }
        let entry = self.index.get(message)?;
        let message = self.index.message(message)?;
        let field = message
            .field
            .iter()
            .find(|field| u32::try_from(field.number()) == Ok(number))?;
        let mut rule = self.of(entry.file, field);
        rule.implicit &= !message.is_map_entry();
        Some(rule)
    }

    fn of(&self, file: usize, field: &'a FieldDescriptorProto) -> Rule<'a> {
        let declared = Declared::of(&self.files[file], field);
        let repeated = field.label() == Label::Repeated;
        Rule {
            kind: self.kind(field),
            repeated,
            packed: repeated && declared.packed,
            implicit: !repeated
                && !declared.explicit
                && field.oneof_index.is_none()
                && !matches!(field.r#type(), Type::Message | Type::Group),
            dropped: field
                .options
                .as_ref()
                .is_some_and(|options| options.retention == Some(RETENTION_SOURCE)),
        }
    }

    fn kind(&self, field: &'a FieldDescriptorProto) -> Kind<'a> {
        match field.r#type() {
            Type::String | Type::Bytes => Kind::Bytes,
            Type::Bool => Kind::Bool,
            Type::Int32 | Type::Enum => Kind::Int32,
            Type::Uint32 | Type::Sint32 => Kind::Uint32,
            Type::Int64 | Type::Uint64 | Type::Sint64 => Kind::Number(Width::Varint),
            Type::Double | Type::Fixed64 | Type::Sfixed64 => Kind::Number(Width::Fixed64),
            Type::Float | Type::Fixed32 | Type::Sfixed32 => Kind::Number(Width::Fixed32),
            Type::Message | Type::Group => match self.index.message(field.type_name()) {
                Some(entry) if entry.is_map_entry() => Kind::Map(entry),
                _ => Kind::Message(field.type_name()),
            },
        }
    }
}

const RETENTION_SOURCE: i32 = 2;

/// What a field's file and the field itself say about its encoding. (These
/// features can be set nowhere between the two.)
struct Declared {
    packed: bool,
    explicit: bool,
}

// === impl Declared ===

impl Declared {
    fn of(file: &FileDescriptorProto, field: &FieldDescriptorProto) -> Self {
        if !file.is_edition() {
            let proto3 = file.syntax.as_deref() == Some("proto3");
            let options = field.options.as_ref();
            return Self {
                packed: options.and_then(|options| options.packed).unwrap_or(proto3),
                explicit: !proto3 || field.proto3_optional(),
            };
        }
        let outer = file
            .options
            .as_ref()
            .and_then(|options| options.features.as_ref());
        let inner = field
            .options
            .as_ref()
            .and_then(|options| options.features.as_ref());
        let says = |of: fn(&crate::descriptor::FeatureSet) -> Option<i32>, value: i32| {
            inner.and_then(of).or(outer.and_then(of)) == Some(value)
        };
        Self {
            packed: !says(
                |features| features.repeated_field_encoding,
                set::RepeatedFieldEncoding::Expanded as i32,
            ),
            explicit: !says(
                |features| features.field_presence,
                set::FieldPresence::Implicit as i32,
            ),
        }
    }
}
