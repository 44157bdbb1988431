//! Messages and enums, with all that is in them, under prost's rules.

use std::collections::HashSet;

use super::scopes::{Item, Kind, Scopes};
use crate::descriptor::field_descriptor_proto::{Label, Type};
use crate::descriptor::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
};
use crate::model::{Package, Place};
use crate::names;
use crate::resolve::{Types, has_module};

pub(super) fn messages(
    scopes: &mut Scopes<'_>,
    package: &Package,
    files: &[FileDescriptorProto],
    types: &Types,
) {
    let mut walk = Walk {
        scopes,
        types,
        file: 0,
        module: package.modules.join("::"),
        proto: if package.proto.is_empty() {
            String::new()
        } else {
            format!(".{}", package.proto)
        },
        path: Vec::new(),
    };
    for &file in &package.files {
        walk.file = file;
        walk.all(4, &files[file].message_type, 5, &files[file].enum_type);
    }
}

struct Walk<'a, 'b> {
    scopes: &'a mut Scopes<'b>,
    types: &'a Types,
    file: usize,
    /// The Rust module, and the same in the `.proto`, with a leading dot.
    module: String,
    proto: String,
    path: Vec<i32>,
}

// === impl Walk ===

impl Walk<'_, '_> {
    fn all(
        &mut self,
        messages_at: i32,
        messages: &[DescriptorProto],
        enums_at: i32,
        enums: &[EnumDescriptorProto],
    ) {
        for (at, message) in messages
            .iter()
            .enumerate()
            .filter(|(_, m)| !m.is_map_entry())
        {
            self.path.extend([messages_at, at as i32]);
            self.message(message);
            self.path.truncate(self.path.len() - 2);
        }
        for (at, enumeration) in enums.iter().enumerate() {
            self.path.extend([enums_at, at as i32]);
            self.enumeration(enumeration);
            self.path.truncate(self.path.len() - 2);
        }
    }

    fn message(&mut self, message: &DescriptorProto) {
        let proto_len = self.proto.len();
        self.proto.push('.');
        self.proto.push_str(message.name());
        if !self.types.is_extern(&self.proto) {
            let full_name = self.proto[1..].to_owned();
            let item = |kind, path: &[i32], file| Item {
                kind,
                name: full_name.clone(),
                place: Place {
                    file,
                    path: path.to_vec(),
                },
            };
            let own = item(Kind::Message, &self.path, self.file);
            self.scopes.speakable(message.name(), || own.clone());
            let alone = self
                .scopes
                .enter(&self.module, names::camel(message.name()), own);
            self.fields(message);
            // Two that meet have all that is in them meet: it is told once.
            if alone && has_module(message) {
                let module = names::snake(message.name());
                let nested = item(Kind::Nested, &self.path, self.file);
                self.scopes.enter(&self.module, module.clone(), nested);
                let module_len = self.module.len();
                if module_len > 0 {
                    self.module.push_str("::");
                }
                self.module.push_str(&module);
                self.oneofs(message);
                self.all(3, &message.nested_type, 4, &message.enum_type);
                self.module.truncate(module_len);
            }
        }
        self.proto.truncate(proto_len);
    }

    /// Struct fields, and the methods that prost-derive adds for them.
    fn fields(&mut self, message: &DescriptorProto) {
        let mut fields = Vec::with_capacity(message.field.len());
        let mut methods = Vec::new();
        let mut oneofs = HashSet::new();
        for (at, field) in message.field.iter().enumerate() {
            let item = self.item(Kind::Field, message, field.name(), 2, at);
            self.scopes.speakable(field.name(), || item.clone());
            if let Some(oneof) = real_oneof(field) {
                oneofs.insert(oneof);
                continue;
            }
            methods.extend(derived(message, field).map(|name| (name, item.clone())));
            fields.push((names::snake(field.name()), item));
        }
        for (at, oneof) in message.oneof_decl.iter().enumerate() {
            if oneofs.contains(&(at as i32)) {
                let item = self.item(Kind::Oneof, message, oneof.name(), 8, at);
                self.scopes.speakable(oneof.name(), || item.clone());
                fields.push((names::snake(oneof.name()), item));
            }
        }
        self.scopes.distinct(fields.into_iter());
        if methods.len() > 1 {
            self.scopes.distinct(methods.into_iter());
        }
    }

    /// Types of oneofs, and their variants.
    fn oneofs(&mut self, message: &DescriptorProto) {
        for (at, oneof) in message.oneof_decl.iter().enumerate() {
            let variants: Vec<_> = message
                .field
                .iter()
                .enumerate()
                .filter(|(_, field)| real_oneof(field) == Some(at as i32))
                .map(|(at, field)| {
                    let item = self.item(Kind::Field, message, field.name(), 2, at);
                    (names::camel(field.name()), item)
                })
                .collect();
            if variants.is_empty() {
                continue;
            }
            self.scopes.distinct(variants.into_iter());
            let camel = names::camel(oneof.name());
            // prost looks at map entries too.
            let nested = message.nested_type.iter().map(|nested| nested.name());
            let enums = message.enum_type.iter().map(|nested| nested.name());
            let taken = nested.chain(enums).any(|name| names::camel(name) == camel);
            let item = self.item(Kind::Oneof, message, oneof.name(), 8, at);
            self.scopes
                .enter(&self.module, names::oneof_type(oneof.name(), taken), item);
        }
    }

    fn enumeration(&mut self, enumeration: &EnumDescriptorProto) {
        let full_name = format!("{}.{}", self.proto, enumeration.name());
        if self.types.is_extern(&full_name) {
            return;
        }
        let rust = names::camel(enumeration.name());
        let own = Item {
            kind: Kind::Enum,
            name: full_name[1..].to_owned(),
            place: Place {
                file: self.file,
                path: self.path.clone(),
            },
        };
        self.scopes.speakable(enumeration.name(), || own.clone());
        self.scopes.enter(&self.module, rust.clone(), own);
        let mut numbers = HashSet::new();
        let values: Vec<_> = enumeration
            .value
            .iter()
            .enumerate()
            // Of several names of a number prost prints the first.
            .filter(|(_, value)| numbers.insert(value.number()))
            .map(|(at, value)| {
                let mut path = self.path.clone();
                path.extend([2, at as i32]);
                let item = Item {
                    kind: Kind::Value,
                    name: format!("{}.{}", enumeration.name(), value.name()),
                    place: Place {
                        file: self.file,
                        path,
                    },
                };
                self.scopes.speakable(value.name(), || item.clone());
                (names::variant(&rust, value.name()), item)
            })
            .collect();
        self.scopes.distinct(values.into_iter());
    }

    fn item(
        &self,
        kind: Kind,
        message: &DescriptorProto,
        name: &str,
        number: i32,
        at: usize,
    ) -> Item {
        let mut path = self.path.clone();
        path.extend([number, at as i32]);
        Item {
            kind,
            name: format!("{}.{name}", message.name()),
            place: Place {
                file: self.file,
                path,
            },
        }
    }
}

fn real_oneof(field: &FieldDescriptorProto) -> Option<i32> {
    field.oneof_index.filter(|_| !field.proto3_optional())
}

/// Names of the methods that prost-derive adds for a field.
fn derived(
    message: &DescriptorProto,
    field: &FieldDescriptorProto,
) -> impl Iterator<Item = String> {
    let name = names::snake(field.name());
    let plain = names::file_part(&name).to_owned();
    let repeated = field.label() == Label::Repeated;
    let (own, other) = match field.r#type() {
        Type::Enum if repeated => (true, Some("push")),
        Type::Enum => (true, Some("set")),
        Type::Message | Type::Group => (false, map_of_enums(message, field).then_some("insert")),
        // Only those with presence; what else there might be would not meet.
        _ => (!repeated, None),
    };
    let get = (other == Some("insert")).then(|| format!("get_{plain}"));
    own.then_some(name)
        .into_iter()
        .chain(other.map(|prefix| format!("{prefix}_{plain}")))
        .chain(get)
}

fn map_of_enums(message: &DescriptorProto, field: &FieldDescriptorProto) -> bool {
    let entry = field.type_name().rsplit('.').next().unwrap_or_default();
    message.nested_type.iter().any(|nested| {
        nested.is_map_entry()
            && nested.name() == entry
            && nested
                .field
                .get(1)
                .is_some_and(|value| value.r#type() == Type::Enum)
    })
}
