//! Files in an edition for a library that knows proto2 and proto3: with fields
//! that know whether they were set, and groups where messages end with a tag, they
//! are proto2 on the wire and in JSON.

use prost::Message as _;
use prost_types::FileDescriptorProto as Plain;
use prost_types::field_descriptor_proto::Type;
use protoc_gen_scaffold::descriptor::{
    DescriptorProto, FeatureSet, FieldDescriptorProto, FileDescriptorProto,
    feature_set::MessageEncoding,
};

/// The file in a syntax of before editions.
///
/// # Errors
///
/// If the bytes are no file.
pub(super) fn plain(bytes: &[u8]) -> Result<Plain, prost::DecodeError> {
    let mut plain = Plain::decode(bytes)?;
    if plain.syntax() == "editions" {
        let full = FileDescriptorProto::decode(prost::bytes::Bytes::copy_from_slice(bytes))?;
        let features = full
            .options
            .as_ref()
            .and_then(|options| options.features.as_ref());
        let delimited = said(false, features);
        for (plain, full) in plain.message_type.iter_mut().zip(&full.message_type) {
            message(plain, full, delimited);
        }
        plain.syntax = Some("proto2".to_owned());
    }
    Ok(plain)
}

fn message(plain: &mut prost_types::DescriptorProto, full: &DescriptorProto, outer: bool) {
    let features = full
        .options
        .as_ref()
        .and_then(|options| options.features.as_ref());
    let delimited = said(outer, features);
    // Maps keep their lengths, whatever the file says.
    if full.is_map_entry() {
        return;
    }
    let maps = full
        .nested_type
        .iter()
        .filter(|nested| nested.is_map_entry());
    let maps: Vec<String> = maps.map(|map| format!(".{}", map.name())).collect();
    for (plain, full) in plain.field.iter_mut().zip(&full.field) {
        let is_map = || maps.iter().any(|map| plain.type_name().ends_with(map));
        if plain.r#type() == Type::Message && of_field(full, delimited) && !is_map() {
            plain.set_type(Type::Group);
        }
    }
    for (plain, full) in plain.nested_type.iter_mut().zip(&full.nested_type) {
        message(plain, full, delimited);
    }
}

fn of_field(field: &FieldDescriptorProto, outer: bool) -> bool {
    let options = field.options.as_ref();
    said(outer, options.and_then(|options| options.features.as_ref()))
}

/// Whether messages end with a tag, after an inner place had its say.
fn said(outer: bool, features: Option<&FeatureSet>) -> bool {
    match features.and_then(|features| features.message_encoding) {
        Some(encoding) => encoding == MessageEncoding::Delimited as i32,
        None => outer,
    }
}
