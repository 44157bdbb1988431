//! What depends on more than one field of a message: the syntax that may go
//! unsaid, the JSON name that may not, the default that has a type.

use super::wire::{Field, Value};
use crate::descriptor::default_value;
use crate::descriptor::field_descriptor_proto::Type;

/// Text that is not in the bytes as it should be, made and kept for as long as
/// the fields that point to it.
#[derive(Default)]
pub(super) struct Made {
    text: Option<String>,
    default: Option<String>,
}

// === impl Made ===

impl Made {
    /// Changes the fields of a message that is a file or a field.
    pub(super) fn add<'m>(&'m mut self, message: &str, fields: &mut Vec<Field<'m>>) {
        match message {
            ".google.protobuf.FileDescriptorProto" => {
                fields.retain(|field| !(field.number == 12 && text(field) == Some("proto2")));
            }
            ".google.protobuf.FieldDescriptorProto" => {
                let find = |number| fields.iter().rev().find(|field| field.number == number);
                if find(10).is_none() {
                    self.text = find(1).and_then(text).map(json_name);
                }
                let r#type = find(5).and_then(|field| match field.value {
                    Value::Varint(value) => Type::try_from(value as i32).ok(),
                    _ => None,
                });
                self.default = find(7)
                    .and_then(text)
                    .and_then(|text| default_value::normal(r#type?, text));
                if let Some(default) = &self.default {
                    fields.retain(|field| field.number != 7);
                    fields.push(Field {
                        number: 7,
                        value: Value::Bytes(default.as_bytes()),
                    });
                }
                if let Some(name) = &self.text {
                    fields.push(Field {
                        number: 10,
                        value: Value::Bytes(name.as_bytes()),
                    });
                }
            }
            _ => {}
        }
    }
}

fn text<'a>(field: &Field<'a>) -> Option<&'a str> {
    match field.value {
        Value::Bytes(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

/// As protoc derives it: underscores go, what follows one is upper case.
fn json_name(name: &str) -> String {
    let mut json = String::with_capacity(name.len());
    let mut upper = false;
    for char in name.chars() {
        if char == '_' {
            upper = true;
        } else if std::mem::take(&mut upper) {
            json.push(char.to_ascii_uppercase());
        } else {
            json.push(char);
        }
    }
    json
}
