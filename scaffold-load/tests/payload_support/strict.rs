//! A decoder that forgives nothing, with nothing of ours in it: prost-reflect.

#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

use prost_reflect::{
    DescriptorPool, DynamicMessage, MessageDescriptor, ReflectMessage as _, Value,
};

pub fn pool_of(set: &[u8]) -> DescriptorPool {
    DescriptorPool::decode(set).expect("the set links")
}

/// Decodes a payload, and whatever its `Any`s hold.
///
/// # Panics
///
/// If that fails, a field is unknown or a required one is missing.
pub fn strict(types: &DescriptorPool, message: &str, bytes: &[u8]) -> DynamicMessage {
    let descriptor = types.get_message_by_name(message).expect("the message");
    decode(types, descriptor, bytes)
}

fn decode(types: &DescriptorPool, descriptor: MessageDescriptor, bytes: &[u8]) -> DynamicMessage {
    let name = descriptor.full_name().to_owned();
    let message = DynamicMessage::decode(descriptor, bytes)
        .unwrap_or_else(|error| panic!("{name}: {error}: {bytes:02x?}"));
    whole(types, &message);
    message
}

fn whole(types: &DescriptorPool, message: &DynamicMessage) {
    let descriptor = message.descriptor();
    let name = descriptor.full_name();
    if let Some(unknown) = message.unknown_fields().next() {
        panic!("{name}: field {} is unknown", unknown.number());
    }
    for field in descriptor.fields() {
        assert!(
            !field.is_required() || message.has_field(&field),
            "{name}.{} is required, and missing",
            field.name()
        );
    }
    for (_, value) in message.fields() {
        each(value, &mut |inner| whole(types, inner));
    }
    if name == "google.protobuf.Any"
        && let (Some(Value::String(url)), Some(Value::Bytes(value))) = (
            message.get_field_by_name("type_url").as_deref(),
            message.get_field_by_name("value").as_deref(),
        )
        && let Some(inner) = types.get_message_by_name(url.rsplit('/').next().unwrap_or_default())
    {
        decode(types, inner, value);
    }
}

fn each(value: &Value, visit: &mut dyn FnMut(&DynamicMessage)) {
    match value {
        Value::Message(message) => visit(message),
        Value::List(list) => list.iter().for_each(|value| each(value, visit)),
        Value::Map(map) => map.values().for_each(|value| each(value, visit)),
        _ => {}
    }
}
