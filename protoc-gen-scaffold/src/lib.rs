//! From protobuf descriptors to Rust gRPC services.
#![forbid(unsafe_code)]

pub mod build;
mod catalogue;
mod check;
pub mod compile;
pub mod descriptor;
mod docs;
mod emit;
pub mod fault;
pub mod lower;
mod messages;
pub mod model;
mod names;
mod options;
pub mod plugin;
mod print;
pub mod request;
mod resolve;
pub mod write;

pub use check::Checked;
pub use docs::docs;
pub use fault::{Fault, Faults};
pub use options::{KNOWN as OPTIONS, Options, escape};
pub use print::File;
pub use request::Request;

/// From a request to the files it asks for: the whole tool, read from top to
/// bottom. Whatever a stage finds wrong it finds all of, and nothing is printed.
pub fn generate(request: &Request) -> Result<Vec<File>, Faults> {
    let options = Options::parse(request.parameter())?;
    let index = descriptor::Index::new(request.files());
    let types = resolve::Types::new(request, &options);
    let model = resolve::resolve(request, &index, &options, &types)?;
    let checked = check::check(model, request, &types, &options)?;
    let patches = emit::patches(&checked, &options);
    let messages = messages::messages(request, &index, &checked, &types, &options, patches)?;
    let units = emit::emit(&checked, request, &index, &options);
    Ok(print::print(units, &messages))
}

/// What services and methods there are, and nothing printed: the one answer for
/// whoever lays files around generated code.
pub fn inspect(request: &Request) -> Result<Checked, Faults> {
    let options = Options::parse(request.parameter())?;
    let index = descriptor::Index::new(request.files());
    let types = resolve::Types::new(request, &options);
    let model = resolve::resolve(request, &index, &options, &types)?;
    check::check(model, request, &types, &options)
}
