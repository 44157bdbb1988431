//! From descriptors to a [`Schema`].

use std::collections::BTreeSet;

use super::Method;
use super::components::components;
use super::features::Features;
use super::schema::{Enum, Field, Kind, Known, Label, Message, Oneof, Presence, Schema, Type};
use crate::payload::Fault;
use crate::payload::descriptor as d;

/// A message that is named already, and its fields not read yet.
struct Open<'a> {
    at: usize,
    message: &'a d::Message,
    features: Features,
}

pub(super) fn read(mut files: Vec<d::File>) -> Result<Schema, Fault> {
    let mut seen = BTreeSet::new();
    files.retain(|file| file.name.is_none() || seen.insert(file.name.clone()));
    let mut schema = Schema::default();
    let mut open = Vec::new();
    for file in &files {
        let features = Features::of(file)?;
        for r#enum in &file.enum_type {
            schema.name_enum(file.package(), r#enum, features);
        }
        for message in &file.message_type {
            schema.name_message(file.package(), file.package(), message, features, &mut open);
        }
    }
    schema.complete_known();
    for Open {
        at,
        message,
        features,
    } in open
    {
        schema.fill(at, message, features)?;
    }
    for file in &files {
        for service in &file.service {
            schema.methods(file.package(), service);
        }
    }
    components(&mut schema);
    Ok(schema)
}

impl Schema {
    fn name_enum(&mut self, scope: &str, r#enum: &d::Enum, features: Features) {
        let options = r#enum.options.as_ref();
        let features = features.with(options.and_then(|options| options.features.as_ref()));
        let values = r#enum.value.iter();
        let at = self.enums.len();
        self.enums.push(Enum {
            values: values.map(|v| (v.name().to_owned(), v.number())).collect(),
            closed: features.closed,
        });
        let name = full(scope, r#enum.name());
        self.types.entry(name).or_insert(Type::Enum(at));
    }

    /// Depth is bounded: prost has decoded the descriptor.
    fn name_message<'a>(
        &mut self,
        package: &str,
        scope: &str,
        message: &'a d::Message,
        features: Features,
        open: &mut Vec<Open<'a>>,
    ) {
        let options = message.options.as_ref();
        let features = features.with(options.and_then(|options| options.features.as_ref()));
        let name = full(scope, message.name());
        let at = self.messages.len();
        self.types.entry(name.clone()).or_insert(Type::Message(at));
        self.messages.push(Message {
            known: known(&name),
            name: name.clone(),
            package: package.to_owned(),
            map_entry: options.is_some_and(d::MessageOptions::map_entry),
            rules: options.map_or_else(Vec::new, |options| options.rules.concat()),
            ..Message::default()
        });
        open.push(Open {
            at,
            message,
            features,
        });
        for r#enum in &message.enum_type {
            self.name_enum(&name, r#enum, features);
        }
        for nested in &message.nested_type {
            self.name_message(package, &name, nested, features, open);
        }
    }

    /// Well-known types need no descriptor: their form is fixed.
    fn complete_known(&mut self) {
        for (name, known) in Known::ALL {
            let name = format!("google.protobuf.{name}");
            if !self.types.contains_key(&name) {
                self.types
                    .insert(name.clone(), Type::Message(self.messages.len()));
                self.messages.push(Message {
                    name,
                    package: "google.protobuf".to_owned(),
                    known: Some(known),
                    ..Message::default()
                });
            }
        }
    }

    fn fill(&mut self, at: usize, message: &d::Message, features: Features) -> Result<(), Fault> {
        let oneofs = message.oneof_decl.iter().map(|oneof| Oneof {
            name: oneof.name().to_owned(),
            rules: oneof
                .options
                .as_ref()
                .map_or_else(Vec::new, |options| options.rules.concat()),
        });
        self.messages[at].oneofs = oneofs.collect();
        let mut fields = Vec::with_capacity(message.field.len());
        for field in &message.field {
            fields.push(self.field(at, message, field, features)?);
        }
        fields.sort_by_key(|field| field.number);
        fields.dedup_by_key(|field| field.number);
        self.messages[at].fields = fields;
        Ok(())
    }

    fn field(
        &self,
        at: usize,
        message: &d::Message,
        field: &d::Field,
        outer: Features,
    ) -> Result<Field, Fault> {
        let in_map = self.messages[at].map_entry;
        let whole = || format!("{}.{}", self.messages[at].name, field.name());
        let number = field.number();
        let number = u32::try_from(number)
            .ok()
            .filter(|number| (1..1 << 29).contains(number))
            .ok_or_else(|| {
                Fault::new(
                    whole(),
                    format!("its number {number} is none that a field can have"),
                )
                .help("field numbers go from 1 to 536870911: the descriptor set is damaged")
            })?;
        let oneof = field
            .oneof_index
            .filter(|_| !field.proto3_optional())
            .and_then(|oneof| usize::try_from(oneof).ok())
            .filter(|oneof| *oneof < message.oneof_decl.len());
        let outer = oneof.map_or(outer, |oneof| {
            let options = message.oneof_decl[oneof].options.as_ref();
            outer.with(options.and_then(|options| options.features.as_ref()))
        });
        let features = outer.field(field);
        let named = self.types.get(field.type_name().trim_start_matches('.'));
        let kind = kind(field.r#type(), named).ok_or_else(|| {
            Fault::new(whole(), format!("its type {} is not known", field.r#type()))
                .help("the descriptor set is damaged")
        })?;
        let is_map = kind
            .message()
            .is_some_and(|entry| self.messages[entry].map_entry);
        let kind = match kind {
            // Maps and what is in them keep their lengths, whatever the file says.
            Kind::Message(inner) if features.delimited && !in_map && !is_map => Kind::Group(inner),
            other => other,
        };
        let label = match (field.label(), features.presence) {
            (3, _) if is_map => Label::Map,
            (3, _) => Label::Repeated {
                packed: features.packed && kind.is_packable(),
            },
            // In an entry, key and value are always written.
            _ if in_map || oneof.is_some() => Label::Single(Presence::Explicit),
            (_, Presence::Implicit) if kind.message().is_some() => {
                Label::Single(Presence::Explicit)
            }
            (_, presence) => Label::Single(presence),
        };
        let options = field.options.as_ref();
        Ok(Field {
            name: field.name().to_owned(),
            number,
            kind,
            label,
            oneof,
            output_only: options.is_some_and(|options| options.behavior.contains(&3)),
            rules: options.map_or_else(Vec::new, |options| options.rules.concat()),
        })
    }

    fn methods(&mut self, package: &str, service: &d::Service) {
        let service_name = full(package, service.name());
        self.methods
            .extend(service.method.iter().map(|method| Method {
                path: format!("/{service_name}/{}", method.name()),
                input: method.input_type().trim_start_matches('.').to_owned(),
                output: method.output_type().trim_start_matches('.').to_owned(),
                client_streaming: method.client_streaming(),
                server_streaming: method.server_streaming(),
            }));
    }
}

fn kind(number: i32, named: Option<&Type>) -> Option<Kind> {
    Some(match (number, named) {
        (1, _) => Kind::Double,
        (2, _) => Kind::Float,
        (3, _) => Kind::Int64,
        (4, _) => Kind::Uint64,
        (5, _) => Kind::Int32,
        (6, _) => Kind::Fixed64,
        (7, _) => Kind::Fixed32,
        (8, _) => Kind::Bool,
        (9, _) => Kind::String,
        (10, Some(Type::Message(at))) => Kind::Group(*at),
        (11, Some(Type::Message(at))) => Kind::Message(*at),
        (12, _) => Kind::Bytes,
        (13, _) => Kind::Uint32,
        (14, Some(Type::Enum(at))) => Kind::Enum(*at),
        (15, _) => Kind::Sfixed32,
        (16, _) => Kind::Sfixed64,
        (17, _) => Kind::Sint32,
        (18, _) => Kind::Sint64,
        (10 | 11 | 14, _) => Kind::Missing,
        _ => return None,
    })
}

fn known(name: &str) -> Option<Known> {
    let name = name.strip_prefix("google.protobuf.")?;
    let known = Known::ALL.iter().find(|(known, _)| *known == name)?;
    Some(known.1)
}

fn full(scope: &str, name: &str) -> String {
    if scope.is_empty() {
        name.to_owned()
    } else {
        format!("{scope}.{name}")
    }
}
