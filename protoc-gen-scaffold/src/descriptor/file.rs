//! Files and sets of files.
#![allow(
    missing_docs,
    reason = "documented in google/protobuf/descriptor.proto"
)]

use prost::bytes::Bytes;

use super::{
    DescriptorProto, Edition, EnumDescriptorProto, FieldDescriptorProto, FileOptions, Locations,
    ServiceDescriptorProto,
};

/// A set of files, each left encoded: the bytes are needed as they are for
/// reflection, and decoding is one more call away.
#[derive(Clone, PartialEq, prost::Message)]
pub struct FileDescriptorSet {
    #[prost(bytes = "bytes", repeated, tag = "1")]
    pub file: Vec<Bytes>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct FileDescriptorProto {
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    #[prost(string, optional, tag = "2")]
    pub package: Option<String>,
    #[prost(string, repeated, tag = "3")]
    pub dependency: Vec<String>,
    #[prost(int32, repeated, packed = "false", tag = "10")]
    pub public_dependency: Vec<i32>,
    #[prost(int32, repeated, packed = "false", tag = "11")]
    pub weak_dependency: Vec<i32>,
    #[prost(string, repeated, tag = "15")]
    pub option_dependency: Vec<String>,
    #[prost(message, repeated, tag = "4")]
    pub message_type: Vec<DescriptorProto>,
    #[prost(message, repeated, tag = "5")]
    pub enum_type: Vec<EnumDescriptorProto>,
    #[prost(message, repeated, tag = "6")]
    pub service: Vec<ServiceDescriptorProto>,
    #[prost(message, repeated, tag = "7")]
    pub extension: Vec<FieldDescriptorProto>,
    #[prost(message, optional, tag = "8")]
    pub options: Option<FileOptions>,
    /// An encoded `SourceCodeInfo`. It is most of a file's bytes and only a
    /// few places of it are ever asked for: read it with [`Locations`].
    #[prost(bytes = "bytes", optional, tag = "9")]
    pub source_code_info: Option<Bytes>,
    #[prost(string, optional, tag = "12")]
    pub syntax: Option<String>,
    #[prost(enumeration = "Edition", optional, tag = "14")]
    pub edition: Option<i32>,
}

// === impl FileDescriptorProto ===

impl FileDescriptorProto {
    /// The places and comments of this file; empty if it has none.
    pub fn locations(&self) -> Locations {
        Locations::decode(self.source_code_info.clone().unwrap_or_default())
    }

    /// Whether the file is written in an edition rather than a syntax.
    pub fn is_edition(&self) -> bool {
        self.syntax.as_deref() == Some("editions")
    }
}
