//! The files that every compiler carries, from one source.
//!
//! protox carries some version of `google/protobuf/*.proto`, each protoc its
//! own. They mean the same to generated code, but reflection serves their bytes,
//! and those may not depend on which protoc a machine has.

use prost::Message;
use prost::bytes::Bytes;
use protox::file::{FileResolver, GoogleFileResolver};

use super::closure::Closure;
use super::order::Header;
use crate::descriptor::FileDescriptorSet;

/// Whether both protox and protoc carry a file of this name.
pub(super) fn is_bundled(name: &str) -> bool {
    const BUNDLED: &[&str] = &[
        "any",
        "api",
        "compiler/plugin",
        "descriptor",
        "duration",
        "empty",
        "field_mask",
        "source_context",
        "struct",
        "timestamp",
        "type",
        "wrappers",
    ];
    name.strip_prefix("google/protobuf/")
        .and_then(|name| name.strip_suffix(".proto"))
        .is_some_and(|name| BUNDLED.contains(&name))
}

/// Replaces what protoc carries by what protox does. Not where editions are:
/// protox's files know nothing of them, and its answer cannot be had anyway.
pub(super) fn replace(mut set: FileDescriptorSet, closure: &Closure) -> FileDescriptorSet {
    if closure.edition().is_some() {
        return set;
    }
    let google = GoogleFileResolver::new();
    for file in &mut set.file {
        let header = Header::decode(file.clone()).unwrap_or_default();
        if is_bundled(header.name())
            && let Ok(ours) = google.open_file(header.name())
        {
            *file = Bytes::from(ours.file_descriptor_proto().encode_to_vec());
        }
    }
    set
}
