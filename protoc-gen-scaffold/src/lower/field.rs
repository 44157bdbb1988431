//! Fields: presence, packing and grouping written out.

use prost_types::{FieldDescriptorProto as Plain, FieldOptions};

use super::features::Features;
use super::walk::Walk;
use crate::descriptor::field_descriptor_proto::{Label, Type};
use crate::descriptor::{
    DescriptorProto, FieldDescriptorProto, FieldOptions as Options, default_value,
    feature_set as set,
};
use crate::fault::Fault;

impl Walk<'_> {
    pub(super) fn field(
        &mut self,
        message: &DescriptorProto,
        field: &FieldDescriptorProto,
        outer: Features,
        oneofs: &[Features],
    ) -> Plain {
        self.place();
        let options = field.options.as_ref();
        // The oneof that stands behind a proto3 `optional` is none.
        let oneof = field.oneof_index.filter(|_| !field.proto3_optional());
        let features = if self.legacy {
            outer.with_legacy(field)
        } else {
            let outer = oneof.map_or(outer, |at| oneofs[at as usize]);
            self.features(outer, options.and_then(|options| options.features.as_ref()))
        };
        let repeated = field.label() == Label::Repeated;
        // In an entry the map decides all but the types.
        let in_map = message.is_map_entry();
        let r#type = self.r#type(field, features, in_map);
        let required = !in_map
            && oneof.is_none()
            && (field.label() == Label::Required
                || !repeated
                    && !self.legacy
                    && features.presence == set::FieldPresence::LegacyRequired);
        let explicit = !in_map
            && !repeated
            && !required
            && oneof.is_none()
            // For these prost-build prints an `Option` in any case.
            && r#type != Type::Message
            && (features.presence == set::FieldPresence::Explicit || r#type == Type::Group);
        Plain {
            name: field.name.clone(),
            number: field.number,
            label: Some(match (repeated, required) {
                (true, _) => Label::Repeated,
                (_, true) => Label::Required,
                _ => Label::Optional,
            } as i32),
            r#type: Some(r#type as i32),
            type_name: field.type_name.clone(),
            default_value: self.default(field, r#type),
            options: plain_options(
                options,
                // Always written: prost-build takes "options, but no `packed`"
                // to mean unpacked, in proto3 too.
                (repeated && r#type.is_packable())
                    .then_some(features.repeated == set::RepeatedFieldEncoding::Packed),
            ),
            oneof_index: oneof,
            proto3_optional: explicit.then_some(true),
            ..Plain::default()
        }
    }

    /// The type as it goes over the wire.
    fn r#type(&self, field: &FieldDescriptorProto, features: Features, in_map: bool) -> Type {
        let delimited = field.r#type() == Type::Message
            && features.message == set::MessageEncoding::Delimited
            && !self.legacy
            // Map fields and what is in them keep their lengths, whatever the
            // file says.
            && !in_map
            && !self
                .index
                .message(field.type_name())
                .is_some_and(DescriptorProto::is_map_entry);
        if delimited {
            Type::Group
        } else {
            field.r#type()
        }
    }

    /// The default, spelled in one way whoever parsed the file.
    fn default(&mut self, field: &FieldDescriptorProto, r#type: Type) -> Option<String> {
        let text = field.default_value.as_deref()?;
        let normal = match r#type {
            // prost drops the later names of a number, so a default must go by
            // the first.
            Type::Enum => self.first_name(field.type_name(), text),
            _ => default_value::normal(r#type, text),
        };
        if normal.is_none() {
            self.path.push(7);
            self.fault(
                Fault::new(format!(
                    "field `{}` has the default {text:?}, which is not of its type",
                    field.name()
                ))
                .help("write a value of the field's type"),
            );
            self.path.pop();
        }
        normal
    }

    fn first_name(&self, enumeration: &str, name: &str) -> Option<String> {
        let values = &self.index.enumeration(enumeration)?.value;
        let number = values.iter().find(|value| value.name() == name)?.number();
        let first = values.iter().find(|value| value.number() == number)?;
        first.name.clone()
    }
}

fn plain_options(options: Option<&Options>, packed: Option<bool>) -> Option<FieldOptions> {
    let deprecated = options.and_then(|options| options.deprecated);
    (deprecated.is_some() || packed.is_some()).then(|| FieldOptions {
        deprecated,
        packed,
        ..FieldOptions::default()
    })
}
