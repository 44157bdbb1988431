//! Packages whose module a message's module stands in for.
//!
//! Message `B` of package `a` has its nested types in the Rust module `a::b`,
//! which is also where package `a.b` belongs. Rust has no module in two parts, so
//! the package's file is included inside the message's module.

use std::collections::HashSet;

use super::types::{Types, scope};
use crate::descriptor::DescriptorProto;
use crate::model::{Mounted, Package};
use crate::names;
use crate::request::Request;

pub(super) fn mounted(packages: &mut [Package], request: &Request, types: &Types) {
    let hosts: Vec<(usize, Mounted)> = (0..packages.len())
        .filter_map(|at| {
            // The longest package in front that has such a message: of those
            // further out, this one is inside.
            let modules = &packages[at].modules;
            (0..packages.len())
                .filter(|&host| {
                    let outer = &packages[host].modules;
                    outer.len() < modules.len() && modules.starts_with(outer)
                })
                .filter_map(|host| {
                    let inside = inside(&packages[host], modules, request, types);
                    (!inside.is_empty()).then_some((
                        host,
                        Mounted {
                            inside,
                            package: at,
                        },
                    ))
                })
                .max_by_key(|(host, _)| packages[*host].modules.len())
        })
        .collect();
    for (host, mounted) in hosts {
        packages[host].mounted.push(mounted);
    }
}

/// The modules of messages of a package that lead towards a path.
fn inside(host: &Package, towards: &[String], request: &Request, types: &Types) -> Vec<String> {
    let scope = scope(&host.proto);
    let mut level: Vec<(String, &DescriptorProto)> = host
        .files
        .iter()
        .flat_map(|&file| &request.files()[file].message_type)
        .map(|message| (format!("{scope}.{}", message.name()), message))
        .collect();
    let mut inside = Vec::new();
    for module in &towards[host.modules.len()..] {
        let Some((name, message)) = level.into_iter().find(|(name, message)| {
            has_module(message) && names::snake(message.name()) == *module && !types.is_extern(name)
        }) else {
            break;
        };
        inside.push(module.clone());
        level = message
            .nested_type
            .iter()
            .map(|nested| (format!("{name}.{}", nested.name()), nested))
            .collect();
    }
    inside
}

/// Whether prost prints a module for a message's nested types and oneofs.
pub(crate) fn has_module(message: &DescriptorProto) -> bool {
    let real: HashSet<i32> = message
        .field
        .iter()
        .filter(|field| !field.proto3_optional())
        .filter_map(|field| field.oneof_index)
        .collect();
    !message.enum_type.is_empty()
        || !real.is_empty()
        || message
            .nested_type
            .iter()
            .any(|nested| !nested.is_map_entry())
}
