//! Messages and their oneofs.

use std::collections::HashMap;

use prost_types::{DescriptorProto as Plain, MessageOptions, OneofDescriptorProto};

use super::features::Features;
use super::walk::Walk;
use crate::descriptor::DescriptorProto;
use crate::fault::Fault;

impl Walk<'_> {
    pub(super) fn message(&mut self, message: &DescriptorProto, outer: Features) -> Plain {
        self.place();
        let features = self.features(
            outer,
            message
                .options
                .as_ref()
                .and_then(|options| options.features.as_ref()),
        );
        self.check_numbers(message);
        let oneofs = self.oneofs(message, features);
        let field = self.each(2, &message.field, |walk, field| {
            walk.field(message, field, features, &oneofs)
        });
        let nested_type = self.each(3, &message.nested_type, |walk, nested| {
            walk.message(nested, features)
        });
        let enum_type = self.each(4, &message.enum_type, |walk, nested| {
            walk.enumeration(nested, features)
        });
        Plain {
            name: message.name.clone(),
            field,
            nested_type,
            enum_type,
            oneof_decl: message
                .oneof_decl
                .iter()
                .map(|oneof| OneofDescriptorProto {
                    name: oneof.name.clone(),
                    options: None,
                })
                .collect(),
            options: message.is_map_entry().then(|| MessageOptions {
                map_entry: Some(true),
                ..MessageOptions::default()
            }),
            ..Plain::default()
        }
    }

    /// Features of each oneof: its fields inherit from it.
    fn oneofs(&mut self, message: &DescriptorProto, outer: Features) -> Vec<Features> {
        self.each(8, &message.oneof_decl, |walk, oneof| {
            walk.place();
            walk.features(
                outer,
                oneof
                    .options
                    .as_ref()
                    .and_then(|options| options.features.as_ref()),
            )
        })
    }

    /// prost-derive refuses it too, but in the midst of generated code.
    fn check_numbers(&mut self, message: &DescriptorProto) {
        let mut seen = HashMap::with_capacity(message.field.len());
        for (position, field) in message.field.iter().enumerate() {
            self.path.extend([2, position as i32, 3]);
            let number = field.number();
            if let Some(first) = seen.insert(number, field.name()) {
                self.fault(
                    Fault::new(format!(
                        "fields `{first}` and `{}` share the number {number}",
                        field.name()
                    ))
                    .help("give one of them another number"),
                );
            }
            self.path.truncate(self.path.len() - 3);
        }
    }
}
