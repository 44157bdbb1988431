//! Rust paths of protobuf types, by prost's rules: relative to the module that
//! names them, or wherever an `extern_path` says.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::descriptor::FileDescriptorProto;
use crate::names;
use crate::options::Options;
use crate::request::Request;

/// Knows where every type is.
#[derive(Debug)]
pub(crate) struct Types {
    externs: HashMap<String, String>,
}

impl Types {
    /// Reads the options; `.` is spelled out for the packages there are.
    pub(crate) fn new(request: &Request, options: &Options) -> Self {
        let prost = format!("{}::codegen::prost", options.runtime);
        let mut externs = well_known(&options.runtime, &prost);
        for (proto, rust) in &options.extern_paths {
            if proto == "." {
                for first in first_segments(request) {
                    externs.entry(format!(".{first}")).or_insert_with(|| {
                        let plain = request
                            .files()
                            .iter()
                            .any(|f| f.package().is_empty() && defines(f, first));
                        let name = if plain {
                            names::camel(first)
                        } else {
                            names::snake(first)
                        };
                        format!("{rust}::{name}")
                    });
                }
            }
        }
        for (proto, rust) in &options.extern_paths {
            if proto != "." {
                externs.insert(proto.clone(), rust.clone());
            }
        }
        Self { externs }
    }

    /// All of them, sorted: for prost-build.
    pub(crate) fn externs(&self) -> BTreeMap<&str, &str> {
        self.externs
            .iter()
            .map(|(proto, rust)| (proto.as_str(), rust.as_str()))
            .collect()
    }

    /// Whether a type (with its leading dot) comes from elsewhere.
    pub(crate) fn is_extern(&self, full_name: &str) -> bool {
        self.externs.contains_key(full_name)
            || full_name
                .rmatch_indices('.')
                .any(|(at, _)| self.externs.contains_key(&full_name[..at]))
    }

    /// Whether files of a package give any type or, having none, a package that
    /// is not itself somewhere else.
    pub(super) fn is_printed<'a>(
        &self,
        package: &str,
        files: impl Iterator<Item = &'a FileDescriptorProto>,
    ) -> bool {
        let scope = scope(package);
        let mut empty = true;
        for file in files {
            let messages = file.message_type.iter().map(|message| message.name());
            for name in messages.chain(file.enum_type.iter().map(|one| one.name())) {
                empty = false;
                if !self.is_extern(&format!("{scope}.{name}")) {
                    return true;
                }
            }
        }
        empty && !self.is_extern(&format!("{scope}."))
    }

    /// The path of a type from a module `depth` levels below a package's.
    pub(crate) fn path(&self, package: &str, depth: usize, full_name: &str) -> String {
        if let Some(path) = self.extern_path(full_name) {
            return path;
        }
        let mut here = package.split('.').filter(|s| !s.is_empty()).peekable();
        let mut there = full_name.trim_start_matches('.').split('.').peekable();
        let last = there.clone().last().unwrap_or_default();
        let mut rest = there.clone().count();
        while rest > 1 && here.peek().is_some() && here.peek() == there.peek() {
            here.next();
            there.next();
            rest -= 1;
        }
        let mut path = "super::".repeat(here.count() + depth);
        for module in there.take(rest - 1) {
            path.push_str(&names::snake(module));
            path.push_str("::");
        }
        path + &names::camel(last)
    }

    fn extern_path(&self, full_name: &str) -> Option<String> {
        if let Some(path) = self.externs.get(full_name) {
            return Some(path.clone());
        }
        let (at, base) = full_name
            .rmatch_indices('.')
            .find_map(|(at, _)| Some((at, self.externs.get(&full_name[..at])?)))?;
        let mut path = String::new();
        for (position, segment) in base.split("::").enumerate() {
            match (position, segment) {
                (0, "" | "crate") => path.push_str(segment),
                _ => path.push_str(&names::snake(segment)),
            }
            path.push_str("::");
        }
        let mut rest = full_name[at + 1..].split('.').peekable();
        while let Some(segment) = rest.next() {
            if rest.peek().is_some() {
                path.push_str(&names::snake(segment));
                path.push_str("::");
            } else {
                path.push_str(&names::camel(segment));
            }
        }
        Some(path)
    }
}

/// The path from one module to another: `super`s up to where they part, then
/// down.
pub(crate) fn super_path(from: &[String], to: &[String]) -> String {
    let common = from.iter().zip(to).take_while(|(a, b)| a == b).count();
    let mut path = "super::".repeat(from.len() - common);
    for module in &to[common..] {
        path.push_str(module);
        path.push_str("::");
    }
    path
}

/// `.a.b`, or nothing.
pub(crate) fn scope(package: &str) -> String {
    if package.is_empty() {
        String::new()
    } else {
        format!(".{package}")
    }
}

fn well_known(runtime: &str, prost: &str) -> HashMap<String, String> {
    let base = format!("{runtime}::codegen::prost_types");
    let mut externs = HashMap::from([(".google.protobuf".to_owned(), base)]);
    for (message, rust) in [
        ("BoolValue", "bool"),
        ("DoubleValue", "f64"),
        ("Empty", "()"),
        ("FloatValue", "f32"),
        ("Int32Value", "i32"),
        ("Int64Value", "i64"),
        ("UInt32Value", "u32"),
        ("UInt64Value", "u64"),
    ] {
        externs.insert(format!(".google.protobuf.{message}"), rust.to_owned());
    }
    externs.insert(
        ".google.protobuf.BytesValue".to_owned(),
        format!("{prost}::alloc::vec::Vec<u8>"),
    );
    externs.insert(
        ".google.protobuf.StringValue".to_owned(),
        format!("{prost}::alloc::string::String"),
    );
    externs
}

/// First segments of all full names: of packages, or types without one.
fn first_segments(request: &Request) -> BTreeSet<&str> {
    let mut segments = BTreeSet::new();
    for file in request.files() {
        match file.package().split('.').next() {
            Some(first) if !first.is_empty() => {
                segments.insert(first);
            }
            _ => {
                segments.extend(file.message_type.iter().map(|message| message.name()));
                segments.extend(file.enum_type.iter().map(|one| one.name()));
            }
        }
    }
    segments
}

fn defines(file: &FileDescriptorProto, name: &str) -> bool {
    file.message_type
        .iter()
        .any(|message| message.name() == name)
        || file.enum_type.iter().any(|one| one.name() == name)
}
