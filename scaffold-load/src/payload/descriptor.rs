//! The parts of `google/protobuf/descriptor.proto` that payloads depend on.
//!
//! prost-types drops editions, features and every extension. These types keep
//! what is needed of them; validation rules stay encoded (`rules`), one element
//! for each time the option was written, which together are one message.

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct FileSet {
    #[prost(message, repeated, tag = "1")]
    pub(crate) file: Vec<File>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct File {
    #[prost(string, optional, tag = "1")]
    pub(crate) name: Option<String>,
    #[prost(string, optional, tag = "2")]
    pub(crate) package: Option<String>,
    #[prost(message, repeated, tag = "4")]
    pub(crate) message_type: Vec<Message>,
    #[prost(message, repeated, tag = "5")]
    pub(crate) enum_type: Vec<Enum>,
    #[prost(message, repeated, tag = "6")]
    pub(crate) service: Vec<Service>,
    #[prost(message, optional, tag = "8")]
    pub(crate) options: Option<FileOptions>,
    #[prost(string, optional, tag = "12")]
    pub(crate) syntax: Option<String>,
    #[prost(int32, optional, tag = "14")]
    pub(crate) edition: Option<i32>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct FileOptions {
    #[prost(message, optional, tag = "50")]
    pub(crate) features: Option<FeatureSet>,
}

/// Zero, "unknown", is never written in a file.
#[derive(Clone, Copy, PartialEq, prost::Message)]
pub(crate) struct FeatureSet {
    /// 1 explicit, 2 implicit, 3 required.
    #[prost(int32, optional, tag = "1")]
    pub(crate) field_presence: Option<i32>,
    /// 1 open, 2 closed.
    #[prost(int32, optional, tag = "2")]
    pub(crate) enum_type: Option<i32>,
    /// 1 packed, 2 expanded.
    #[prost(int32, optional, tag = "3")]
    pub(crate) repeated_field_encoding: Option<i32>,
    /// 1 length-prefixed, 2 delimited.
    #[prost(int32, optional, tag = "5")]
    pub(crate) message_encoding: Option<i32>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Message {
    #[prost(string, optional, tag = "1")]
    pub(crate) name: Option<String>,
    #[prost(message, repeated, tag = "2")]
    pub(crate) field: Vec<Field>,
    #[prost(message, repeated, tag = "3")]
    pub(crate) nested_type: Vec<Message>,
    #[prost(message, repeated, tag = "4")]
    pub(crate) enum_type: Vec<Enum>,
    #[prost(message, optional, tag = "7")]
    pub(crate) options: Option<MessageOptions>,
    #[prost(message, repeated, tag = "8")]
    pub(crate) oneof_decl: Vec<Oneof>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct MessageOptions {
    #[prost(bool, optional, tag = "7")]
    pub(crate) map_entry: Option<bool>,
    #[prost(message, optional, tag = "12")]
    pub(crate) features: Option<FeatureSet>,
    #[prost(bytes = "vec", repeated, tag = "1159")]
    pub(crate) rules: Vec<Vec<u8>>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Field {
    #[prost(string, optional, tag = "1")]
    pub(crate) name: Option<String>,
    #[prost(int32, optional, tag = "3")]
    pub(crate) number: Option<i32>,
    /// 1 optional, 2 required, 3 repeated.
    #[prost(int32, optional, tag = "4")]
    pub(crate) label: Option<i32>,
    #[prost(int32, optional, tag = "5")]
    pub(crate) r#type: Option<i32>,
    #[prost(string, optional, tag = "6")]
    pub(crate) type_name: Option<String>,
    #[prost(message, optional, tag = "8")]
    pub(crate) options: Option<FieldOptions>,
    #[prost(int32, optional, tag = "9")]
    pub(crate) oneof_index: Option<i32>,
    #[prost(bool, optional, tag = "17")]
    pub(crate) proto3_optional: Option<bool>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct FieldOptions {
    #[prost(bool, optional, tag = "2")]
    pub(crate) packed: Option<bool>,
    #[prost(message, optional, tag = "21")]
    pub(crate) features: Option<FeatureSet>,
    /// `google.api.field_behavior`: 3 is "output only".
    #[prost(int32, repeated, packed = "false", tag = "1052")]
    pub(crate) behavior: Vec<i32>,
    #[prost(bytes = "vec", repeated, tag = "1159")]
    pub(crate) rules: Vec<Vec<u8>>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Oneof {
    #[prost(string, optional, tag = "1")]
    pub(crate) name: Option<String>,
    #[prost(message, optional, tag = "2")]
    pub(crate) options: Option<OneofOptions>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct OneofOptions {
    #[prost(message, optional, tag = "1")]
    pub(crate) features: Option<FeatureSet>,
    #[prost(bytes = "vec", repeated, tag = "1159")]
    pub(crate) rules: Vec<Vec<u8>>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Enum {
    #[prost(string, optional, tag = "1")]
    pub(crate) name: Option<String>,
    #[prost(message, repeated, tag = "2")]
    pub(crate) value: Vec<EnumValue>,
    #[prost(message, optional, tag = "3")]
    pub(crate) options: Option<EnumOptions>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct EnumOptions {
    #[prost(message, optional, tag = "7")]
    pub(crate) features: Option<FeatureSet>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct EnumValue {
    #[prost(string, optional, tag = "1")]
    pub(crate) name: Option<String>,
    #[prost(int32, optional, tag = "2")]
    pub(crate) number: Option<i32>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Service {
    #[prost(string, optional, tag = "1")]
    pub(crate) name: Option<String>,
    #[prost(message, repeated, tag = "2")]
    pub(crate) method: Vec<Method>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub(crate) struct Method {
    #[prost(string, optional, tag = "1")]
    pub(crate) name: Option<String>,
    #[prost(string, optional, tag = "2")]
    pub(crate) input_type: Option<String>,
    #[prost(string, optional, tag = "3")]
    pub(crate) output_type: Option<String>,
    #[prost(bool, optional, tag = "5")]
    pub(crate) client_streaming: Option<bool>,
    #[prost(bool, optional, tag = "6")]
    pub(crate) server_streaming: Option<bool>,
}
