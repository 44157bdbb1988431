//! From `.proto` files to a request, with no compiler at hand or with one.
//!
//! Two backends, one outcome: protox in this process, or a `protoc` that is
//! found or carried. The files and all they import are gathered first; what is
//! wrong with files as files (missing, unreadable, importing each other) is
//! said here, in the same words for both.

mod backend;
mod closure;
mod find;
mod gathered;
mod inputs;
mod order;
mod protoc;
mod pure;
mod scan;
mod source;
mod stderr;

pub use backend::Backend;
pub use source::{ANNOTATIONS, ANNOTATIONS_NAME, Compiled, Source, compile, compile_with};
