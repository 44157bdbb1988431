//! Source info added to an encoded file, which keeps all else it has.

use super::wire::{self, Value};

/// `FileDescriptorProto.source_code_info`.
const SOURCE_CODE_INFO: u32 = 9;

/// The bytes of a file, with encoded places joined to those it has.
pub(crate) fn join_source_info(file: &[u8], places: &[u8]) -> Vec<u8> {
    let Some(fields) = wire::fields(file) else {
        return file.to_vec();
    };
    let mut out = Vec::with_capacity(file.len() + places.len() + 8);
    let mut joined = Vec::with_capacity(places.len());
    for field in fields {
        match field.value {
            // Of a message in pieces, the pieces put together are the whole.
            Value::Bytes(had) if field.number == SOURCE_CODE_INFO => joined.extend_from_slice(had),
            value => wire::put(&mut out, field.number, value),
        }
    }
    joined.extend_from_slice(places);
    wire::put(&mut out, SOURCE_CODE_INFO, Value::Bytes(&joined));
    out
}
