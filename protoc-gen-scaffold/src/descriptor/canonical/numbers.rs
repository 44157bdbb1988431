//! Numbers: as short as they go, packed where declared so.

use super::schema::{Kind, Rule};
use super::wire::{self, Field, Value, Width};
use crate::descriptor::field_descriptor_proto::Type;

/// All that a message says under the number of a numeric field.
pub(super) fn numbers(rule: Rule<'_>, run: &[Field<'_>], out: &mut Vec<u8>) {
    let number = run[0].number;
    let width = match rule.kind {
        Kind::Number(width) => width,
        _ => Width::Varint,
    };
    let mut values = Vec::with_capacity(run.len());
    for field in run {
        let known = match (field.value, width) {
            (Value::Bytes(_), _) => rule.repeated,
            (Value::Varint(_), Width::Varint) => true,
            (Value::Fixed64(_), Width::Fixed64) => true,
            (Value::Fixed32(_), Width::Fixed32) => true,
            _ => false,
        };
        if !known || wire::numbers(field.value, width, &mut values).is_none() {
            return run
                .iter()
                .for_each(|field| wire::put(out, number, field.value));
        }
    }
    for value in &mut values {
        if let Value::Varint(value) = value {
            *value = match rule.kind {
                Kind::Bool => u64::from(*value != 0),
                Kind::Int32 => i64::from(*value as i32) as u64,
                Kind::Uint32 => u64::from(*value as u32),
                _ => *value,
            };
        }
    }
    if !rule.repeated {
        values.drain(..values.len().saturating_sub(1));
        values.retain(|value| !(rule.implicit && is_zero(*value)));
    }
    if rule.packed {
        let mut packed = Vec::new();
        values
            .iter()
            .for_each(|value| wire::put_bare(&mut packed, *value));
        if !packed.is_empty() {
            wire::put(out, number, Value::Bytes(&packed));
        }
    } else {
        values
            .iter()
            .for_each(|value| wire::put(out, number, *value));
    }
}

fn is_zero(value: Value<'_>) -> bool {
    match value {
        Value::Varint(value) => value == 0,
        Value::Fixed64(value) => value == [0; 8],
        Value::Fixed32(value) => value == [0; 4],
        Value::Bytes(value) | Value::Group(value) => value.is_empty(),
    }
}

/// The value that a map entry means when it leaves one out.
pub(super) fn zero(r#type: Type) -> Value<'static> {
    match r#type {
        Type::Double | Type::Fixed64 | Type::Sfixed64 => Value::Fixed64([0; 8]),
        Type::Float | Type::Fixed32 | Type::Sfixed32 => Value::Fixed32([0; 4]),
        Type::String | Type::Bytes | Type::Message | Type::Group => Value::Bytes(&[]),
        _ => Value::Varint(0),
    }
}
