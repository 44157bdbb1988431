//! What is asked for: files, which of them to generate, and the options.
//!
//! The one input of the pipeline, whoever parsed the `.proto` files. A
//! `Request` is well formed: names are identifiers, types that are named exist,
//! and later stages rely on it. A request that is not well formed was not
//! written by a protobuf compiler, and is refused here.

mod validate;

use std::collections::HashMap;

use prost::Message;
use prost::bytes::Bytes;

use crate::descriptor::{
    CodeGeneratorRequest, FileDescriptorProto, FileDescriptorSet, Index, bundled,
};
use crate::fault::{Fault, Faults};

/// Descriptors of all files, dependencies first, and which ones to generate.
#[derive(Debug)]
pub struct Request {
    parameter: String,
    to_generate: Vec<usize>,
    files: Vec<FileDescriptorProto>,
    bytes: Vec<Bytes>,
}

impl Request {
    /// Reads an encoded `CodeGeneratorRequest`, as protoc and buf send it.
    pub fn decode(bytes: impl Into<Bytes>) -> Result<Self, Faults> {
        let request = CodeGeneratorRequest::decode(bytes.into())
            .map_err(|error| not_a("CodeGeneratorRequest", &error))?;
        Self::new(
            request.file_to_generate,
            request.proto_file,
            request.parameter.unwrap_or_default(),
        )
    }

    /// Reads an encoded `FileDescriptorSet` that holds the named files and all
    /// that they import, with source info.
    pub fn from_files(
        files_to_generate: Vec<String>,
        file_descriptor_set: impl Into<Bytes>,
        parameter: impl Into<String>,
    ) -> Result<Self, Faults> {
        let set = FileDescriptorSet::decode(file_descriptor_set.into())
            .map_err(|error| not_a("FileDescriptorSet", &error))?;
        Self::new(files_to_generate, set.file, parameter.into())
    }

    /// The options, as protoc passes them: joined by commas.
    pub fn parameter(&self) -> &str {
        &self.parameter
    }

    /// All files, each after the files it imports.
    pub fn files(&self) -> &[FileDescriptorProto] {
        &self.files
    }

    /// The encoded form of `files`, one to one.
    pub fn bytes(&self) -> &[Bytes] {
        &self.bytes
    }

    /// Positions in `files` of those to generate, in the order they were named.
    pub fn to_generate(&self) -> &[usize] {
        &self.to_generate
    }

    fn new(names: Vec<String>, mut bytes: Vec<Bytes>, parameter: String) -> Result<Self, Faults> {
        let mut files = Vec::with_capacity(bytes.len());
        let mut faults = Faults::new();
        for (at, bytes) in bytes.iter_mut().enumerate() {
            let decoded = FileDescriptorProto::decode(bytes.clone());
            // Each compiler carries another version of these: who parsed would
            // show in what reflection serves.
            let ours = decoded
                .as_ref()
                .ok()
                .and_then(|file| Some((file.name(), bundled(file.name())?)))
                .filter(|(name, _)| !names.iter().any(|asked| asked == name))
                .map(|(_, ours)| ours);
            let decoded = match ours {
                Some(ours) => {
                    *bytes = ours;
                    FileDescriptorProto::decode(bytes.clone())
                }
                None => decoded,
            };
            match decoded {
                Ok(file) => files.push(file),
                Err(error) => {
                    faults.extend(not_a(&format!("FileDescriptorProto (file {at})"), &error))
                }
            }
        }
        let files = faults.gate(files)?;
        let positions: HashMap<&str, usize> = files
            .iter()
            .enumerate()
            .map(|(at, file)| (file.name(), at))
            .collect();
        let mut faults = Faults::new();
        let mut asked = vec![false; files.len()];
        let mut to_generate = Vec::with_capacity(names.len());
        for name in &names {
            match positions.get(name.as_str()) {
                Some(&at) if asked[at] => {}
                Some(&at) => {
                    asked[at] = true;
                    to_generate.push(at);
                }
                None => faults.push(Fault::new(format!(
                    "the request asks to generate `{name}`, but does not hold it"
                ))),
            }
        }
        faults.extend(validate::validate(&files, &Index::new(&files)));
        faults.gate(Self {
            parameter,
            to_generate,
            files,
            bytes,
        })
    }
}

fn not_a(what: &str, error: &prost::DecodeError) -> Faults {
    Fault::new(format!("the input is not a {what}: {error}"))
        .help("this program is run by protoc or buf; see `protoc-gen-scaffold --help`")
        .into()
}
