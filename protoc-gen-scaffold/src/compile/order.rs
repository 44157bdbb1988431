//! Files in one order, whoever parsed them: each after its imports, roots and
//! imports in the order they were written.

use std::collections::{HashMap, HashSet};

use prost::Message;

use crate::descriptor::FileDescriptorSet;

/// As much of a file as tells where it belongs.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Header {
    #[prost(string, optional, tag = "1")]
    pub(super) name: Option<String>,
    #[prost(string, repeated, tag = "3")]
    dependency: Vec<String>,
    #[prost(string, repeated, tag = "15")]
    option_dependency: Vec<String>,
}

/// The set, in order. A file that is none is left to the next stage, which
/// refuses it.
pub(super) fn ordered(set: FileDescriptorSet, roots: &[String]) -> FileDescriptorSet {
    let mut headers = HashMap::with_capacity(set.file.len());
    for (at, file) in set.file.iter().enumerate() {
        let Ok(header) = Header::decode(file.clone()) else {
            return set;
        };
        headers.insert(header.name().to_owned(), (at, header));
    }
    let mut seen = HashSet::new();
    let mut out = FileDescriptorSet::default();
    for root in roots {
        let mut stack = vec![(root.as_str(), false)];
        while let Some((name, done)) = stack.pop() {
            let Some((at, header)) = headers.get(name) else {
                continue;
            };
            if done {
                out.file.push(set.file[*at].clone());
            } else if seen.insert(name) {
                stack.push((name, true));
                let imports = header.dependency.iter().chain(&header.option_dependency);
                stack.extend(imports.rev().map(|name| (name.as_str(), false)));
            }
        }
    }
    out
}
