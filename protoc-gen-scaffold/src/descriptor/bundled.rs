//! The files that every compiler carries, in one version.
//!
//! protox carries some version of `google/protobuf/*.proto`, each protoc its
//! own. They mean the same to generated code, but reflection serves their bytes,
//! and those may not depend on which compiler a machine has. The set beside this
//! file is protoc 35.1's, made anew by
//! `protoc --descriptor_set_out=bundled.binpb google/protobuf/...` with the
//! files of the list below; a later version only adds to it.

use std::collections::HashMap;
use std::sync::LazyLock;

use prost::Message;
use prost::bytes::Bytes;

use super::{FileDescriptorProto, FileDescriptorSet};

/// `any`, `api`, `compiler/plugin`, `descriptor`, `duration`, `empty`,
/// `field_mask`, `source_context`, `struct`, `timestamp`, `type`, `wrappers`.
static SET: &[u8] = include_bytes!("bundled.binpb");

/// The encoded file of that name, without source info, if it is one of those.
pub fn bundled(name: &str) -> Option<Bytes> {
    static FILES: LazyLock<HashMap<String, Bytes>> = LazyLock::new(|| {
        let set = FileDescriptorSet::decode(Bytes::from_static(SET)).unwrap_or_default();
        let files = set.file.into_iter();
        files
            .filter_map(|bytes| {
                let file = FileDescriptorProto::decode(bytes.clone()).ok()?;
                Some((file.name?, bytes))
            })
            .collect()
    });
    FILES.get(name).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_there() {
        for name in [
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
        ] {
            let name = format!("google/protobuf/{name}.proto");
            assert!(bundled(&name).is_some(), "{name}");
        }
        assert!(bundled("google/protobuf/cpp_features.proto").is_none());
    }
}
