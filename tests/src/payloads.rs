//! Payloads of real messages, decoded by prost-reflect.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use prost_reflect::DescriptorPool;
use protoc_gen_scaffold::compile::{Source, compile};
use scaffold_load::payload::{Options, Pool};

#[path = "../../scaffold-load/tests/payload_support/strict.rs"]
mod strict;

use crate::corpus::{closure, includes};

/// Payloads of each message.
const COUNT: u64 = 3;

/// What came of a group of files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// Messages, nested ones too.
    pub messages: usize,
    /// Payloads, three of each message.
    pub payloads: usize,
    /// Their bytes.
    pub bytes: usize,
    /// The largest.
    pub largest: usize,
}

/// Makes payloads of every message of the files and decodes them.
///
/// # Errors
///
/// What is wrong with the files, or with a message.
///
/// # Panics
///
/// If a payload does not decode, holds a field that is unknown, lacks one that
/// is required, or is another one the second time.
pub fn decode_all(root: &Path, files: &[String]) -> Result<Decoded, String> {
    let includes = includes(root, files);
    let all: BTreeSet<PathBuf> = closure(&includes, root, files);
    let source = Source {
        files: all.into_iter().collect(),
        includes,
        ..Source::default()
    };
    let compiled = compile(&source).map_err(|faults| faults.to_string())?;
    let set = set(compiled.request().bytes());
    let types = DescriptorPool::decode(&*set).map_err(|error| error.to_string())?;
    let pool = Pool::new(&set).map_err(|fault| fault.to_string())?;
    let own: BTreeSet<&str> = files
        .iter()
        .map(|file| file.strip_prefix("preview/").unwrap_or(file))
        .collect();
    let mut decoded = Decoded::default();
    let (mut bytes, mut again) = (Vec::new(), Vec::new());
    for message in pool.messages() {
        let Some(descriptor) = types.get_message_by_name(message) else {
            continue;
        };
        if !own.contains(descriptor.parent_file().name()) {
            continue;
        }
        decoded.messages += 1;
        let generator = pool
            .generator(message, &Options::default())
            .map_err(|fault| format!("{message}: {fault}"))?;
        for index in 0..COUNT {
            bytes.clear();
            generator.encode(index, &mut bytes);
            strict::strict(&types, message, &bytes);
            again.clear();
            generator.encode(index, &mut again);
            assert!(bytes == again, "{message}: another payload the second time");
            decoded.payloads += 1;
            decoded.bytes += bytes.len();
            decoded.largest = decoded.largest.max(bytes.len());
        }
    }
    Ok(decoded)
}

/// Encoded files as one encoded `FileDescriptorSet`.
pub fn set<B: AsRef<[u8]>>(files: &[B]) -> Vec<u8> {
    let mut set = Vec::new();
    for file in files {
        prost::encoding::bytes::encode(1, &file.as_ref().to_vec(), &mut set);
    }
    set
}
