//! Which messages can be `Copy`, and which `Eq`.
//!
//! prost-build answers this by looking through all messages below, again for
//! each field: on a deep schema that takes for ever, and it must be given every
//! file there is. Here it is answered once for all; prost-build is then given,
//! in place of each message, a shadow that is as much `Copy` and `Eq` as the
//! message is and has nothing below.

use std::collections::{HashMap, HashSet};

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorProto};

/// The answers, by full name with its leading dot.
pub(super) struct Derives(HashMap<String, Can>);

#[derive(Clone, Copy)]
struct Can {
    copy: bool,
    eq: bool,
}

// === impl Derives ===

impl Derives {
    pub(super) fn new(files: &[FileDescriptorProto]) -> Self {
        let mut messages = Vec::new();
        for file in files {
            let scope = scope(file);
            file.message_type
                .iter()
                .for_each(|message| gather(&scope, message, &mut messages));
        }
        let ids: HashMap<&str, usize> = messages
            .iter()
            .enumerate()
            .map(|(at, (name, _))| (name.as_str(), at))
            .collect();
        let mut can = vec![
            Can {
                copy: true,
                eq: true
            };
            messages.len()
        ];
        let mut holders: Vec<Vec<usize>> = vec![Vec::new(); messages.len()];
        let mut waits_for = vec![0; messages.len()];
        for (at, (_, message)) in messages.iter().enumerate() {
            for field in &message.field {
                match ids.get(field.type_name()) {
                    Some(&held)
                        if field.r#type() == Type::Message && field.label() != Label::Repeated =>
                    {
                        holders[held].push(at);
                        waits_for[at] += 1;
                    }
                    _ => can[at] = can[at].and(own(field)),
                }
            }
        }
        // Leaves first. What is left at the end holds itself, or holds what
        // does: that is boxed somewhere, and prost-build derives neither.
        let mut ready: Vec<usize> = (0..messages.len())
            .filter(|&at| waits_for[at] == 0)
            .collect();
        let mut next = 0;
        while let Some(&at) = ready.get(next) {
            next += 1;
            for &holder in &holders[at] {
                can[holder] = can[holder].and(can[at]);
                waits_for[holder] -= 1;
                if waits_for[holder] == 0 {
                    ready.push(holder);
                }
            }
        }
        let neither = Can {
            copy: false,
            eq: false,
        };
        let answers = messages
            .iter()
            .enumerate()
            .map(|(at, (name, _))| {
                (
                    name.clone(),
                    if waits_for[at] == 0 { can[at] } else { neither },
                )
            })
            .collect();
        Self(answers)
    }

    /// Shadows of all messages that files define or name, flat in one file:
    /// prost-build goes by the full name, whatever it is made of.
    pub(super) fn shadows<'a>(
        &self,
        files: impl Iterator<Item = &'a FileDescriptorProto>,
    ) -> FileDescriptorProto {
        let mut names = HashSet::new();
        let mut own = Vec::new();
        for file in files {
            let scope = scope(file);
            file.message_type
                .iter()
                .for_each(|message| gather(&scope, message, &mut own));
        }
        for (name, message) in &own {
            names.insert(name.as_str());
            names.extend(
                message
                    .field
                    .iter()
                    .filter(|field| matches!(field.r#type(), Type::Message | Type::Group))
                    .map(|field| field.type_name()),
            );
        }
        FileDescriptorProto {
            name: Some("shadows".to_owned()),
            message_type: names.into_iter().map(|name| self.shadow(name)).collect(),
            syntax: Some("proto3".to_owned()),
            ..Default::default()
        }
    }

    fn shadow(&self, name: &str) -> DescriptorProto {
        let can = self.0.get(name).copied().unwrap_or(Can {
            copy: false,
            eq: false,
        });
        let field = |r#type: Type| FieldDescriptorProto {
            name: Some("x".to_owned()),
            number: Some(1),
            label: Some(Label::Optional as i32),
            r#type: Some(r#type as i32),
            type_name: Some(name.to_owned()),
            ..Default::default()
        };
        DescriptorProto {
            name: Some(name.trim_start_matches('.').to_owned()),
            field: match (can.copy, can.eq) {
                (true, true) => Vec::new(),
                (true, false) => vec![field(Type::Float)],
                (false, true) => vec![field(Type::String)],
                (false, false) => vec![field(Type::Group)],
            },
            ..Default::default()
        }
    }
}

// === impl Can ===

impl Can {
    fn and(self, other: Self) -> Self {
        Self {
            copy: self.copy && other.copy,
            eq: self.eq && other.eq,
        }
    }
}

/// What a field allows that holds no single message.
fn own(field: &FieldDescriptorProto) -> Can {
    let repeated = field.label() == Label::Repeated;
    match field.r#type() {
        Type::Message | Type::Group => Can {
            copy: false,
            eq: false,
        },
        Type::Float | Type::Double => Can {
            copy: !repeated,
            eq: false,
        },
        Type::String | Type::Bytes => Can {
            copy: false,
            eq: true,
        },
        _ => Can {
            copy: !repeated,
            eq: true,
        },
    }
}

fn gather<'a>(
    scope: &str,
    message: &'a DescriptorProto,
    found: &mut Vec<(String, &'a DescriptorProto)>,
) {
    let name = format!("{scope}.{}", message.name());
    for nested in &message.nested_type {
        gather(&name, nested, found);
    }
    found.push((name, message));
}

fn scope(file: &FileDescriptorProto) -> String {
    match file.package() {
        "" => String::new(),
        package => format!(".{package}"),
    }
}
