//! Descriptors, parsed once for all the generators that are made of them.

mod components;
mod features;
mod read;
mod schema;

use std::collections::BTreeSet;
use std::sync::Arc;

use prost::Message as _;
use scaffold_runtime::Descriptors;

pub(crate) use schema::{Field, Kind, Known, Label, Message, Presence, Schema};

use super::descriptor::{File, FileSet};
use super::{Fault, Generator, Options};

/// The messages and methods of a descriptor set. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pool {
    pub(crate) schema: Arc<Schema>,
}

/// A method, as far as its payloads go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Method {
    /// `/package.Service/Method`.
    pub path: String,
    /// The request's full name, without a leading dot.
    pub input: String,
    /// The response's.
    pub output: String,
    /// Whether the client sends a stream.
    pub client_streaming: bool,
    /// Whether the server does.
    pub server_streaming: bool,
}

// === impl Pool ===

impl Pool {
    /// Reads an encoded `google.protobuf.FileDescriptorSet`, imports included
    /// (`protoc --include_imports --descriptor_set_out`, `buf build`).
    /// Well-known types may be missing from it.
    ///
    /// # Errors
    ///
    /// If it is none, or a type in it has a number or a kind that protobuf does
    /// not have.
    pub fn new(descriptor_set: &[u8]) -> Result<Pool, Fault> {
        let set =
            FileSet::decode(descriptor_set).map_err(|error| not_a("FileDescriptorSet", &error))?;
        Pool::of(set.file)
    }

    /// Reads encoded `FileDescriptorProto`s, as server reflection sends them. A
    /// file that comes twice counts once.
    ///
    /// # Errors
    ///
    /// As [`Pool::new`].
    pub fn from_files<B: AsRef<[u8]>>(files: impl IntoIterator<Item = B>) -> Result<Pool, Fault> {
        let files = files.into_iter().map(|file| {
            File::decode(file.as_ref()).map_err(|error| not_a("FileDescriptorProto", &error))
        });
        Pool::of(files.collect::<Result<Vec<File>, Fault>>()?)
    }

    /// Reads what generated code carries for reflection
    /// (`ServiceSpec::descriptors`), and all that it imports.
    ///
    /// # Errors
    ///
    /// As [`Pool::new`].
    pub fn from_descriptors(descriptors: &'static Descriptors) -> Result<Pool, Fault> {
        // Sets may be tied in a circle.
        let (mut seen, mut open) = (BTreeSet::new(), vec![descriptors]);
        let mut files: Vec<&[u8]> = Vec::new();
        while let Some(next) = open.pop() {
            if seen.insert(std::ptr::from_ref(next).addr()) {
                files.extend(next.files());
                open.extend(next.imports());
            }
        }
        Pool::from_files(files)
    }

    /// A generator of the message with this full name: [`Generator::with_pool`].
    ///
    /// # Errors
    ///
    /// As [`Generator::with_pool`].
    pub fn generator(&self, message: &str, options: &Options) -> Result<Generator, Fault> {
        Generator::with_pool(self, message, options)
    }

    /// Full names of all messages but the entries of maps, sorted.
    pub fn messages(&self) -> Vec<&str> {
        let messages = self.schema.messages.iter();
        let mut names: Vec<&str> = messages
            .filter(|message| !message.map_entry)
            .map(|message| message.name.as_str())
            .collect();
        names.sort_unstable();
        names
    }

    /// All methods, in the order of the files.
    pub fn methods(&self) -> &[Method] {
        &self.schema.methods
    }

    fn of(files: Vec<File>) -> Result<Pool, Fault> {
        Ok(Pool {
            schema: Arc::new(read::read(files)?),
        })
    }
}

fn not_a(what: &str, error: &prost::DecodeError) -> Fault {
    Fault::new("", format!("this is no encoded {what}: {error}"))
        .help("make one with `protoc --include_imports --descriptor_set_out=FILE` or `buf build -o FILE.binpb`")
}
