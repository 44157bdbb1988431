//! From descriptors to the [`Model`]: packages, services, and how they relate.

mod descriptors;
mod duration;
mod mounted;
mod policy;
mod sensitive;
mod services;
mod types;

use std::collections::BTreeMap;

pub(crate) use mounted::has_module;
pub(crate) use types::Types;
use types::super_path;

use crate::descriptor::{DescriptorProto, FileDescriptorProto, Index};
use crate::fault::Faults;
use crate::model::{Model, Package};
use crate::names;
use crate::options::{Mount, Options};
use crate::request::Request;

/// Reads everything but the messages' fields off the descriptors.
pub(crate) fn resolve(
    request: &Request,
    index: &Index<'_>,
    options: &Options,
    types: &Types,
) -> Result<Model, Faults> {
    let mut faults = Faults::new();
    let mut packages = packages(request, types);
    services::services(&mut packages, request, index, types, &mut faults);
    if options.parts.descriptors {
        descriptors::descriptors(&mut packages, request);
    }
    if options.parts.messages {
        mounted::mounted(&mut packages, request, types);
    }
    let tree = match options.mount {
        Mount::Tree => true,
        Mount::Scan => false,
        Mount::Auto => spans_directories(request),
    };
    faults.gate(Model { packages, tree })
}

/// One package for each that has something to print, sorted by Rust path.
fn packages(request: &Request, types: &Types) -> Vec<Package> {
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for &at in request.to_generate() {
        by_name
            .entry(request.files()[at].package())
            .or_default()
            .push(at);
    }
    let mut packages: Vec<Package> = by_name
        .into_iter()
        .filter(|(name, files)| {
            files
                .iter()
                .any(|&at| !request.files()[at].service.is_empty())
                || types.is_printed(name, files.iter().map(|&at| &request.files()[at]))
        })
        .map(|(name, files)| package(name, files, request.files()))
        .collect();
    packages.sort_by(|a, b| {
        a.modules
            .cmp(&b.modules)
            .then_with(|| a.proto.cmp(&b.proto))
    });
    packages
}

fn package(name: &str, mut positions: Vec<usize>, files: &[FileDescriptorProto]) -> Package {
    positions.sort_by_key(|&at| files[at].name());
    let modules: Vec<String> = name
        .split('.')
        .filter(|segment| !segment.is_empty())
        .map(names::snake)
        .collect();
    let mut deprecated = Vec::new();
    for &at in &positions {
        find_deprecated("", &files[at], &mut deprecated);
    }
    Package {
        proto: name.to_owned(),
        file_name: names::file(&modules),
        modules,
        sources: positions
            .iter()
            .map(|&at| files[at].name().to_owned())
            .collect(),
        files: positions,
        services: Vec::new(),
        descriptors: Default::default(),
        mounted: Vec::new(),
        deprecated,
    }
}

/// prost prints the attribute on fields and values, but not on types.
fn find_deprecated(path: &str, file: &FileDescriptorProto, found: &mut Vec<String>) {
    fn walk(path: &str, message: &DescriptorProto, found: &mut Vec<String>) {
        if message
            .options
            .as_ref()
            .is_some_and(|options| options.deprecated())
        {
            found.push(format!("{path}{}", names::camel(message.name())));
        }
        // Nor on maps; on others twice would be an error.
        let is_map = |name: &str| {
            let entry = name.rsplit('.').next().unwrap_or_default();
            message
                .nested_type
                .iter()
                .any(|nested| nested.name() == entry && nested.is_map_entry())
        };
        let maps = message.field.iter().filter(|field| {
            field
                .options
                .as_ref()
                .is_some_and(|options| options.deprecated())
                && is_map(field.type_name())
        });
        found.extend(maps.map(|field| {
            format!(
                "{path}{}.{}",
                names::camel(message.name()),
                names::snake(field.name())
            )
        }));
        let has = message
            .nested_type
            .iter()
            .any(|nested| !nested.is_map_entry());
        if has || !message.enum_type.is_empty() {
            let path = format!("{path}{}::", names::snake(message.name()));
            message
                .nested_type
                .iter()
                .for_each(|nested| walk(&path, nested, found));
            enums(&path, &message.enum_type, found);
        }
    }
    fn enums(
        path: &str,
        enums: &[crate::descriptor::EnumDescriptorProto],
        found: &mut Vec<String>,
    ) {
        let deprecated = enums.iter().filter(|one| {
            one.options
                .as_ref()
                .is_some_and(|options| options.deprecated())
        });
        found.extend(deprecated.map(|one| format!("{path}{}", names::camel(one.name()))));
    }
    file.message_type
        .iter()
        .for_each(|message| walk(path, message, found));
    enums(path, &file.enum_type, found);
}

/// buf's directory strategy sends one directory at a time, and a run for one
/// directory cannot know what the others are called.
fn spans_directories(request: &Request) -> bool {
    let mut directories = request.to_generate().iter().map(|&at| {
        request.files()[at]
            .name()
            .rsplit_once('/')
            .map_or("", |(directory, _)| directory)
    });
    let first = directories.next();
    directories.any(|directory| Some(directory) != first)
}
