//! The gate: names that would meet in Rust, and names that leave nothing.

mod messages;
mod packages;
mod scopes;

use crate::descriptor::FileDescriptorProto;
use crate::fault::Faults;
use crate::model::Model;
use crate::options::Options;
use crate::request::Request;
use crate::resolve::Types;

/// A model whose names do not meet. Made by `check` alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked(Model);

impl Checked {
    /// What is to be generated.
    pub fn model(&self) -> &Model {
        &self.0
    }
}

/// Looks at every name that will be printed, and reports all that meet.
pub(crate) fn check(
    model: Model,
    request: &Request,
    types: &Types,
    options: &Options,
) -> Result<Checked, Faults> {
    let files: &[FileDescriptorProto] = request.files();
    let mut scopes = scopes::Scopes::new(files);
    packages::packages(&mut scopes, &model);
    if options.parts.messages {
        for package in &model.packages {
            messages::messages(&mut scopes, package, files, types);
        }
    }
    scopes.modules(model.tree);
    scopes.into_faults().gate(Checked(model))
}
