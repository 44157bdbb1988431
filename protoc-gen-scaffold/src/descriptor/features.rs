//! Editions and the features they stand for.
#![allow(
    missing_docs,
    reason = "documented in google/protobuf/descriptor.proto"
)]

/// Numbers of editions grow with time, so they compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub enum Edition {
    Unknown = 0,
    Legacy = 900,
    Proto2 = 998,
    Proto3 = 999,
    Edition2023 = 1000,
    Edition2024 = 1001,
}

/// Features as written at one place; what is not written is inherited.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct FeatureSet {
    #[prost(enumeration = "feature_set::FieldPresence", optional, tag = "1")]
    pub field_presence: Option<i32>,
    #[prost(enumeration = "feature_set::EnumType", optional, tag = "2")]
    pub enum_type: Option<i32>,
    #[prost(
        enumeration = "feature_set::RepeatedFieldEncoding",
        optional,
        tag = "3"
    )]
    pub repeated_field_encoding: Option<i32>,
    #[prost(enumeration = "feature_set::Utf8Validation", optional, tag = "4")]
    pub utf8_validation: Option<i32>,
    #[prost(enumeration = "feature_set::MessageEncoding", optional, tag = "5")]
    pub message_encoding: Option<i32>,
    #[prost(enumeration = "feature_set::JsonFormat", optional, tag = "6")]
    pub json_format: Option<i32>,
    #[prost(enumeration = "feature_set::EnforceNamingStyle", optional, tag = "7")]
    pub enforce_naming_style: Option<i32>,
    #[prost(
        enumeration = "feature_set::DefaultSymbolVisibility",
        optional,
        tag = "8"
    )]
    pub default_symbol_visibility: Option<i32>,
}

/// Nested in `FeatureSet`. The zero of each, "unknown", is never a valid value
/// in a file.
pub mod feature_set {
    macro_rules! feature {
        ($name:ident { $($value:ident = $number:literal),* }) => {
            #[derive(
                Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration,
            )]
            #[repr(i32)]
            pub enum $name { Unknown = 0, $($value = $number),* }
        };
    }

    feature!(FieldPresence { Explicit = 1, Implicit = 2, LegacyRequired = 3 });
    feature!(EnumType { Open = 1, Closed = 2 });
    feature!(RepeatedFieldEncoding { Packed = 1, Expanded = 2 });
    feature!(Utf8Validation { Verify = 2, None = 3 });
    feature!(MessageEncoding { LengthPrefixed = 1, Delimited = 2 });
    feature!(JsonFormat { Allow = 1, LegacyBestEffort = 2 });
    feature!(EnforceNamingStyle { Style2024 = 1, StyleLegacy = 2 });
    feature!(DefaultSymbolVisibility { ExportAll = 1, ExportTopLevel = 2, LocalAll = 3, Strict = 4 });
}
