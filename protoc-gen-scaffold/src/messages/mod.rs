//! Messages, by prost-build: one run for each package, on lowered descriptors.

mod derives;
mod patch;

use std::collections::{BTreeMap, HashMap, HashSet};

use prost_build::{Config, Module};
use prost_types::FileDescriptorProto;

use crate::check::Checked;
use crate::descriptor::Index;
use crate::fault::Faults;
use crate::lower;
use crate::model::{Model, Package};
use crate::options::Options;
use crate::request::Request;
use crate::resolve::Types;

use derives::Derives;
pub(crate) use patch::Patch;

/// prost-build, set up, and what it needs to know of all files.
struct Messages<'a> {
    model: &'a Model,
    options: &'a Options,
    externs: BTreeMap<&'a str, &'a str>,
    derives: Derives,
    files: Vec<FileDescriptorProto>,
    docs: Vec<String>,
    boxed: Vec<String>,
    patches: Vec<Patch>,
}

/// The messages of each package, in the model's order; none if they are no part.
pub(crate) fn messages<'a>(
    request: &Request,
    index: &Index<'_>,
    checked: &'a Checked,
    types: &'a Types,
    options: &'a Options,
    patches: Vec<Patch>,
) -> Result<Vec<String>, Faults> {
    if !options.parts.messages {
        return Ok(Vec::new());
    }
    let wanted: HashSet<&str> = request
        .to_generate()
        .iter()
        .map(|&at| request.files()[at].name())
        .collect();
    let lowered = lower::lower(request.files(), index, |name| wanted.contains(name))?;
    let derives = Derives::new(lowered.files());
    let (files, docs, boxed) = lowered.into_parts();
    let messages = Messages {
        model: checked.model(),
        options,
        externs: types.externs(),
        derives,
        files,
        docs,
        boxed,
        patches,
    };
    Ok(messages.texts())
}

// === impl Messages ===

impl<'a> Messages<'a> {
    fn texts(mut self) -> Vec<String> {
        let model = self.model;
        let patches = std::mem::take(&mut self.patches);
        let text = |(package, patch): (&Package, &Patch)| {
            let text = self.prost(package);
            patch.apply(&text, package, &self.docs, self.options)
        };
        model.packages.iter().zip(&patches).map(text).collect()
    }

    fn prost(&mut self, package: &Package) -> String {
        let module = Module::from_parts(package.modules.iter());
        // A module for what prost-build must know but not print.
        let aside = Module::from_parts(
            ["aside"; 1]
                .into_iter()
                .chain(package.modules.iter().map(String::as_str)),
        );
        let mut requests: Vec<(Module, FileDescriptorProto)> = package
            .files
            .iter()
            .map(|&at| (module.clone(), std::mem::take(&mut self.files[at])))
            .collect();
        let shadows = self.derives.shadows(requests.iter().map(|(_, file)| file));
        requests.push((aside, shadows));
        let mut printed: HashMap<Module, String> = self
            .config()
            .generate(requests)
            .expect("externs are checked");
        printed.remove(&module).unwrap_or_default()
    }

    fn config(&self) -> Config {
        let mut config = Config::new();
        config.prost_path(format!("{}::codegen::prost", self.options.runtime));
        // They are among the externs, for the methods' types follow them too.
        config.compile_well_known_types();
        for (proto, rust) in &self.externs {
            config.extern_path(*proto, *rust);
        }
        config.bytes(&self.options.bytes);
        // Attributes are the user's text: numbers stand in until the lines are
        // ours to read.
        for (at, (path, _)) in self.options.type_attributes.iter().enumerate() {
            config.type_attribute(path, patch::type_attribute(at));
        }
        for (at, (path, _)) in self.options.field_attributes.iter().enumerate() {
            config.field_attribute(path, patch::field_attribute(at));
        }
        for path in &self.boxed {
            config.boxed(path);
        }
        config
    }
}
