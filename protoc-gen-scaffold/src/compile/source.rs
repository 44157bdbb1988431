//! What is to be compiled, and what comes of it.

use std::path::{Path, PathBuf};

use prost::Message;

use super::backend::{Backend, Chosen};
use super::closure::Closure;
use super::inputs::Includes;
use super::{order, protoc, pure};
use crate::fault::Faults;
use crate::request::Request;

/// The name by which imports find the policy annotations.
pub const ANNOTATIONS_NAME: &str = "scaffold/v1/annotations.proto";

/// The policy annotations, carried so that a project needs no copy of them. A
/// copy on disk, if there is one among the includes, wins.
pub const ANNOTATIONS: &str = include_str!("../../proto/scaffold/v1/annotations.proto");

/// `.proto` files to generate from.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// Files, or directories that stand for all `.proto` files under them.
    pub files: Vec<PathBuf>,
    /// Where imports are looked for, in order; the current directory if empty.
    pub includes: Vec<PathBuf>,
    /// Who parses.
    pub backend: Backend,
    /// The generator's options, as protoc would pass them.
    pub parameter: String,
}

/// A request, and the files it was made from.
#[derive(Debug)]
pub struct Compiled {
    request: Request,
    read: Vec<PathBuf>,
}

/// Parses and links the files.
pub fn compile(source: &Source) -> Result<Compiled, Faults> {
    compile_with(source, None)
}

/// The same, with a certain protoc, should one be needed.
pub fn compile_with(source: &Source, protoc: Option<&Path>) -> Result<Compiled, Faults> {
    let includes = Includes::new(&source.includes)?;
    let names = includes.names(&source.files)?;
    let closure = Closure::gather(&names, &includes)?;
    let chosen = source.backend.choose(&closure, protoc)?;
    let set = match chosen {
        Chosen::Pure => pure::parse(&closure)?,
        Chosen::Protoc(found) => protoc::parse(&found, &closure, &names, &includes)?,
    };
    let set = order::ordered(set, &names).encode_to_vec();
    Ok(Compiled {
        request: Request::from_files(names, set, source.parameter.as_str())?,
        read: closure
            .files
            .into_iter()
            .filter_map(|file| file.path)
            .collect(),
    })
}

// === impl Compiled ===

impl Compiled {
    /// The request.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The files on disk that were read, imports too: what a build script must
    /// watch.
    pub fn read(&self) -> &[PathBuf] {
        &self.read
    }

    /// Both, given away.
    pub fn into_parts(self) -> (Request, Vec<PathBuf>) {
        (self.request, self.read)
    }
}
