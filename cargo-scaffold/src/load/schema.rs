//! The services of a server with their messages, from descriptors of either
//! source.

use std::path::PathBuf;

use prost_reflect::{DescriptorPool, MessageDescriptor};
use prost_types::FileDescriptorProto;
use scaffold_load::Fault;
use scaffold_load::payload::{Method, Pool};

use super::edition;
use crate::protos;

/// Descriptors, as they came and as the two libraries that use them want them.
pub(super) struct Schema {
    /// Encoded files, in no order.
    files: Vec<Vec<u8>>,
    /// For requests that are made up.
    pool: Pool,
    /// For JSON.
    types: DescriptorPool,
}

// === impl Schema ===

impl Schema {
    /// From `.proto` files.
    pub(super) fn compile(files: &[PathBuf], includes: &[PathBuf]) -> Result<Self, Fault> {
        let compiled = protos::read_given(files, includes, "");
        let compiled = compiled.map_err(|fault| Fault::usage(fault.to_string()))?;
        let bytes = compiled.compiled.request().bytes();
        Self::new(bytes.iter().map(|bytes| bytes.to_vec()).collect())
    }

    /// From encoded files, as reflection sends them.
    pub(super) fn new(files: Vec<Vec<u8>>) -> Result<Self, Fault> {
        let wrong =
            |why: String| Fault::unreachable(format!("the descriptors make no sense: {why}"));
        let pool = Pool::from_files(&files).map_err(|fault| wrong(fault.to_string()))?;
        let plain = files.iter().map(|file| edition::plain(file));
        let plain: Result<Vec<FileDescriptorProto>, _> = plain.collect();
        let plain = plain.map_err(|error| wrong(error.to_string()))?;
        // The types that everybody has are there, whether the server sends them or not.
        let mut types = DescriptorPool::global();
        types
            .add_file_descriptor_protos(plain)
            .map_err(|error| wrong(error.to_string()))?;
        Ok(Self { files, pool, types })
    }

    pub(super) fn files(&self) -> &[Vec<u8>] {
        &self.files
    }

    /// All methods of services, in the order of the files.
    pub(super) fn methods(&self) -> &[Method] {
        self.pool.methods()
    }

    /// A message by its full name.
    pub(super) fn message(&self, name: &str) -> Result<MessageDescriptor, Fault> {
        let found = self.types.get_message_by_name(name);
        found.ok_or_else(|| Fault::unreachable(format!("the descriptors have no message {name}")))
    }
}
