//! What the tests of payloads share: cases in folders, a decoder that forgives
//! nothing, and expectations of values.

#![allow(dead_code, unreachable_pub, reason = "each test takes what it needs")]

mod expect;

use std::path::{Path, PathBuf};

use prost_reflect::{
    DescriptorPool, DynamicMessage, MessageDescriptor, ReflectMessage as _, Value,
};
use protoc_gen_scaffold::compile::{Backend, Source, compile_with};

pub use expect::Expectations;

/// The folders under `tests/payload/KIND`, sorted.
pub fn cases(kind: &str) -> Vec<PathBuf> {
    let folder = here().join(kind);
    let entries = std::fs::read_dir(folder).expect("the cases have moved");
    let mut cases: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "the cases have moved");
    cases
}

pub fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payload")
}

/// The encoded descriptor set of a case, imports included.
pub fn compile(case: &Path) -> Vec<u8> {
    let source = Source {
        files: vec![case.join("in.proto")],
        includes: vec![case.to_owned(), here().join("include")],
        backend: Backend::Auto,
        parameter: String::new(),
    };
    let compiled = compile_with(&source, None).unwrap_or_else(|faults| panic!("{faults}"));
    set(compiled.request().bytes())
}

/// Encoded files as one encoded set.
pub fn set<B: AsRef<[u8]>>(files: impl IntoIterator<Item = B>) -> Vec<u8> {
    let mut set = Vec::new();
    for file in files {
        prost_reflect::prost::encoding::bytes::encode(1, &file.as_ref().to_vec(), &mut set);
    }
    set
}

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

/// Compares with a golden file; `SCAFFOLD_UPDATE=1` writes it.
pub fn golden(path: &Path, text: &str) {
    if std::env::var_os("SCAFFOLD_UPDATE").is_some() {
        std::fs::write(path, text).expect("the golden file is written");
        return;
    }
    let wanted = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(
        wanted,
        text,
        "{} (SCAFFOLD_UPDATE=1 writes it)",
        path.display()
    );
}

/// FNV-1a.
pub fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3)
    })
}
