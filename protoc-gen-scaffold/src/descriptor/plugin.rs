//! What protoc says to a plugin, and what the plugin answers.
#![allow(
    missing_docs,
    reason = "documented in google/protobuf/compiler/plugin.proto"
)]

use prost::bytes::Bytes;

/// Files are left encoded, so that their bytes reach reflection as they came.
#[derive(Clone, PartialEq, prost::Message)]
pub struct CodeGeneratorRequest {
    #[prost(string, repeated, tag = "1")]
    pub file_to_generate: Vec<String>,
    #[prost(string, optional, tag = "2")]
    pub parameter: Option<String>,
    /// Each an encoded `FileDescriptorProto`, dependencies first.
    #[prost(bytes = "bytes", repeated, tag = "15")]
    pub proto_file: Vec<Bytes>,
    /// The files to generate again, with the options that `proto_file` leaves
    /// out because they are for the source only.
    #[prost(bytes = "bytes", repeated, tag = "17")]
    pub source_file_descriptors: Vec<Bytes>,
    #[prost(message, optional, tag = "3")]
    pub compiler_version: Option<Version>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct Version {
    #[prost(int32, optional, tag = "1")]
    pub major: Option<i32>,
    #[prost(int32, optional, tag = "2")]
    pub minor: Option<i32>,
    #[prost(int32, optional, tag = "3")]
    pub patch: Option<i32>,
    #[prost(string, optional, tag = "4")]
    pub suffix: Option<String>,
}

#[derive(Clone, PartialEq, prost::Message)]
pub struct CodeGeneratorResponse {
    #[prost(string, optional, tag = "1")]
    pub error: Option<String>,
    /// A bit set of [`code_generator_response::Feature`].
    #[prost(uint64, optional, tag = "2")]
    pub supported_features: Option<u64>,
    #[prost(int32, optional, tag = "3")]
    pub minimum_edition: Option<i32>,
    #[prost(int32, optional, tag = "4")]
    pub maximum_edition: Option<i32>,
    #[prost(message, repeated, tag = "15")]
    pub file: Vec<code_generator_response::File>,
}

/// Nested in `CodeGeneratorResponse`.
pub mod code_generator_response {
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
    #[repr(i32)]
    pub enum Feature {
        None = 0,
        Proto3Optional = 1,
        SupportsEditions = 2,
    }

    #[derive(Clone, PartialEq, prost::Message)]
    pub struct File {
        #[prost(string, optional, tag = "1")]
        pub name: Option<String>,
        #[prost(string, optional, tag = "2")]
        pub insertion_point: Option<String>,
        #[prost(string, optional, tag = "15")]
        pub content: Option<String>,
    }
}
