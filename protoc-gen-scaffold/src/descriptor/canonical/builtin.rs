//! The schema of descriptors themselves, as far as it changes their encoding.
//!
//! A table of its own rather than the `descriptor.proto` among the request's
//! files: that one may be missing, or older than the files it describes.

use std::collections::HashMap;

use super::schema::{Kind, Rule};
use super::wire::Width;

/// For each message its fields: the number, `*` if repeated, and `s` for text
/// and bytes, `i` for a number, or the message it holds. `-` marks what is for
/// the source only. A field that is not listed keeps its bytes.
const TABLE: &[(&str, &str)] = &[
    (
        "FileDescriptorProto",
        "1s 2s 3*s 10*i 11*i 15*s 4*DescriptorProto 5*EnumDescriptorProto \
         6*ServiceDescriptorProto 7*FieldDescriptorProto 8FileOptions 9-s 12s 14i",
    ),
    (
        "DescriptorProto",
        "1s 2*FieldDescriptorProto 6*FieldDescriptorProto 3*DescriptorProto \
         4*EnumDescriptorProto 5*ExtensionRange 8*OneofDescriptorProto 7MessageOptions \
         9*ReservedRange 10*s 11i",
    ),
    ("ExtensionRange", "1i 2i 3ExtensionRangeOptions"),
    ("ReservedRange", "1i 2i"),
    (
        "FieldDescriptorProto",
        "1s 2s 3i 4i 5i 6s 7s 8FieldOptions 9i 10s 17i",
    ),
    ("OneofDescriptorProto", "1s 2OneofOptions"),
    (
        "EnumDescriptorProto",
        "1s 2*EnumValueDescriptorProto 3EnumOptions 4*ReservedRange 5*s 6i",
    ),
    ("EnumValueDescriptorProto", "1s 2i 3EnumValueOptions"),
    (
        "ServiceDescriptorProto",
        "1s 2*MethodDescriptorProto 3ServiceOptions",
    ),
    ("MethodDescriptorProto", "1s 2s 3s 4MethodOptions 5i 6i"),
    ("FileOptions", "50FeatureSet 999*UninterpretedOption"),
    ("MessageOptions", "12FeatureSet 999*UninterpretedOption"),
    (
        "FieldOptions",
        "19*i 20*EditionDefault 21FeatureSet 22FeatureSupport 999*UninterpretedOption",
    ),
    ("OneofOptions", "1FeatureSet 999*UninterpretedOption"),
    ("EnumOptions", "7FeatureSet 999*UninterpretedOption"),
    (
        "EnumValueOptions",
        "2FeatureSet 4FeatureSupport 999*UninterpretedOption",
    ),
    ("ServiceOptions", "34FeatureSet 999*UninterpretedOption"),
    ("MethodOptions", "35FeatureSet 999*UninterpretedOption"),
    (
        "ExtensionRangeOptions",
        "2-s 3-i 50FeatureSet 999*UninterpretedOption",
    ),
    ("FeatureSet", "1i 2i 3i 4i 5i 6i 7-i 8-i"),
    ("EditionDefault", "3i 2s"),
    ("FeatureSupport", "1i 2i 3s 4i 5s"),
];

/// Options messages are left out when nothing is in them.
pub(super) fn is_options(full_name: &str) -> bool {
    full_name
        .strip_prefix(".google.protobuf.")
        .is_some_and(|name| name.ends_with("Options") || name == "FeatureSet")
}

/// The table, by full name and number.
pub(super) fn rules() -> HashMap<&'static str, HashMap<u32, Rule<'static>>> {
    TABLE
        .iter()
        .map(|(message, fields)| {
            let rules = fields.split_whitespace().map(rule).collect();
            (*message, rules)
        })
        .collect()
}

fn rule(text: &'static str) -> (u32, Rule<'static>) {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, text) = text.split_at(digits);
    let (dropped, text) = strip(text, '-');
    let (repeated, text) = strip(text, '*');
    let kind = match text {
        "s" => Kind::Bytes,
        "i" => Kind::Number(Width::Varint),
        message => Kind::Builtin(message),
    };
    let rule = Rule {
        kind,
        repeated,
        packed: false,
        implicit: false,
        dropped,
    };
    // The table is ours: a number that is none would show in every test.
    (number.parse().unwrap_or_default(), rule)
}

fn strip(text: &str, mark: char) -> (bool, &str) {
    text.strip_prefix(mark)
        .map_or((false, text), |rest| (true, rest))
}
