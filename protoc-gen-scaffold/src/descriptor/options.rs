//! Options: those that shape generated code, and our policy beside them.
#![allow(
    missing_docs,
    reason = "documented in google/protobuf/descriptor.proto"
)]

use super::{FeatureSet, FieldPolicy, Policy};

#[derive(Clone, PartialEq, prost::Message)]
pub struct FileOptions {
    #[prost(bool, optional, tag = "23")]
    pub deprecated: Option<bool>,
    #[prost(message, optional, tag = "50")]
    pub features: Option<FeatureSet>,
    /// `(scaffold.v1.file)`
    #[prost(message, optional, tag = "50761")]
    pub policy: Option<Policy>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct MessageOptions {
    #[prost(bool, optional, tag = "1")]
    pub message_set_wire_format: Option<bool>,
    #[prost(bool, optional, tag = "3")]
    pub deprecated: Option<bool>,
    #[prost(bool, optional, tag = "7")]
    pub map_entry: Option<bool>,
    #[prost(message, optional, tag = "12")]
    pub features: Option<FeatureSet>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct FieldOptions {
    #[prost(bool, optional, tag = "2")]
    pub packed: Option<bool>,
    #[prost(bool, optional, tag = "3")]
    pub deprecated: Option<bool>,
    #[prost(bool, optional, tag = "16")]
    pub debug_redact: Option<bool>,
    /// 2 is "source only", see [`super::canonical`].
    #[prost(int32, optional, tag = "17")]
    pub retention: Option<i32>,
    #[prost(message, optional, tag = "21")]
    pub features: Option<FeatureSet>,
    /// `(scaffold.v1.field)`
    #[prost(message, optional, tag = "50761")]
    pub policy: Option<FieldPolicy>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct OneofOptions {
    #[prost(message, optional, tag = "1")]
    pub features: Option<FeatureSet>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct EnumOptions {
    #[prost(bool, optional, tag = "2")]
    pub allow_alias: Option<bool>,
    #[prost(bool, optional, tag = "3")]
    pub deprecated: Option<bool>,
    #[prost(message, optional, tag = "7")]
    pub features: Option<FeatureSet>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct EnumValueOptions {
    #[prost(bool, optional, tag = "1")]
    pub deprecated: Option<bool>,
    #[prost(message, optional, tag = "2")]
    pub features: Option<FeatureSet>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct ServiceOptions {
    #[prost(bool, optional, tag = "33")]
    pub deprecated: Option<bool>,
    #[prost(message, optional, tag = "34")]
    pub features: Option<FeatureSet>,
    /// `(scaffold.v1.service)`
    #[prost(message, optional, tag = "50761")]
    pub policy: Option<Policy>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct MethodOptions {
    #[prost(bool, optional, tag = "33")]
    pub deprecated: Option<bool>,
    #[prost(enumeration = "method_options::IdempotencyLevel", optional, tag = "34")]
    pub idempotency_level: Option<i32>,
    #[prost(message, optional, tag = "35")]
    pub features: Option<FeatureSet>,
    /// `(scaffold.v1.method)`
    #[prost(message, optional, tag = "50761")]
    pub policy: Option<Policy>,
}

/// Nested in `MethodOptions`.
pub mod method_options {
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
    #[repr(i32)]
    pub enum IdempotencyLevel {
        IdempotencyUnknown = 0,
        NoSideEffects = 1,
        Idempotent = 2,
    }
}
