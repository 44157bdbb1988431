//! The walk over all files, and what comes of it.

use prost_types::{FileDescriptorProto as Plain, SourceCodeInfo, source_code_info::Location};

use super::docs::Docs;
use super::features::{Features, edition};
use super::recursion;
use crate::descriptor::{Edition, FileDescriptorProto, Index, Locations};
use crate::fault::{Fault, Faults};

/// Files in the one dialect that prost-build knows.
#[derive(Debug)]
pub struct Lowered {
    files: Vec<Plain>,
    docs: Vec<String>,
    boxed: Vec<String>,
}

/// Lowers the files of a well-formed request: types that are named exist, and so
/// on. `wanted` tells by name which ones will be printed: only
/// those are held to the rules and get their comments; of the others
/// prost-build reads nothing but which message holds which.
pub fn lower(
    files: &[FileDescriptorProto],
    index: &Index<'_>,
    wanted: impl Fn(&str) -> bool,
) -> Result<Lowered, Faults> {
    let mut faults = Faults::new();
    let mut docs = Docs::default();
    let plain: Vec<_> = files
        .iter()
        .map(|file| {
            let wanted = wanted(file.name());
            let mut walk = Walk {
                index,
                file,
                wanted,
                locations: if wanted {
                    file.locations()
                } else {
                    Locations::default()
                },
                legacy: !file.is_edition(),
                path: Vec::new(),
                places: Vec::new(),
                docs: &mut docs,
                faults: &mut faults,
            };
            walk.file()
        })
        .collect();
    let graph = recursion::Graph::new(&plain, files);
    faults.extend(graph.required_cycles(&wanted));
    let boxed = graph.boxed_groups();
    faults.gate(Lowered {
        files: plain,
        docs: docs.0,
        boxed,
    })
}

/// The state of a walk over one file.
pub(super) struct Walk<'a> {
    pub(super) index: &'a Index<'a>,
    pub(super) file: &'a FileDescriptorProto,
    pub(super) wanted: bool,
    pub(super) locations: Locations,
    /// proto2 and proto3 say in fields what editions say in features.
    pub(super) legacy: bool,
    pub(super) path: Vec<i32>,
    pub(super) places: Vec<Location>,
    pub(super) docs: &'a mut Docs,
    pub(super) faults: &'a mut Faults,
}

// === impl Lowered ===

impl Lowered {
    /// The files, in the order they came in.
    pub fn files(&self) -> &[Plain] {
        &self.files
    }

    /// The raw comments, by the number in their marker.
    pub fn docs(&self) -> &[String] {
        &self.docs
    }

    /// Fields, as paths for prost-build's `boxed`, that must be boxed and that
    /// prost-build does not see: it follows no groups when it looks for
    /// messages that hold themselves.
    pub fn boxed(&self) -> &[String] {
        &self.boxed
    }

    /// Files and comments, given away.
    pub fn into_parts(self) -> (Vec<Plain>, Vec<String>, Vec<String>) {
        (self.files, self.docs, self.boxed)
    }
}

// === impl Walk ===

impl Walk<'_> {
    fn file(&mut self) -> Plain {
        let features = self.file_features();
        let file = self.file;
        let message_type = self.each(4, &file.message_type, |walk, message| {
            walk.message(message, features)
        });
        let enum_type = self.each(5, &file.enum_type, |walk, enumeration| {
            walk.enumeration(enumeration, features)
        });
        Plain {
            name: file.name.clone(),
            package: file.package.clone(),
            message_type,
            enum_type,
            // No locations at all is a case prost-build allows for; a missing
            // one is not.
            source_code_info: self.wanted.then(|| SourceCodeInfo {
                location: std::mem::take(&mut self.places),
            }),
            syntax: Some("proto3".to_owned()),
            ..Plain::default()
        }
    }

    fn file_features(&mut self) -> Features {
        let edition = edition(self.file).unwrap_or_else(|fault| {
            self.path.push(if self.legacy { 12 } else { 14 });
            self.fault(fault);
            self.path.pop();
            Edition::Edition2024
        });
        let options = self.file.options.as_ref();
        self.path.push(8);
        let features = self.features(
            Features::of(edition),
            options.and_then(|options| options.features.as_ref()),
        );
        self.path.pop();
        features
    }

    /// The features at an inner place. Only editions have them: in a legacy
    /// file they are a mistake that compilers refuse, and mean nothing here.
    pub(super) fn features(
        &mut self,
        outer: Features,
        over: Option<&crate::descriptor::FeatureSet>,
    ) -> Features {
        if self.legacy {
            return outer;
        }
        outer.with(over).unwrap_or_else(|unknown| {
            self.fault(unknown.fault());
            outer
        })
    }

    /// Applies a step to each child under a field number of the descriptor,
    /// with the path kept in step.
    pub(super) fn each<T, U>(
        &mut self,
        number: i32,
        children: &[T],
        mut step: impl FnMut(&mut Self, &T) -> U,
    ) -> Vec<U> {
        children
            .iter()
            .enumerate()
            .map(|(position, child)| {
                self.path.extend([number, position as i32]);
                let lowered = step(self, child);
                self.path.truncate(self.path.len() - 2);
                lowered
            })
            .collect()
    }

    /// Makes the current path known to prost-build.
    pub(super) fn place(&mut self) {
        if self.wanted {
            let location = self.docs.location(&self.path, &self.locations);
            self.places.push(location);
        }
    }

    /// Adds a fault at the current path.
    pub(super) fn fault(&mut self, fault: Fault) {
        if self.wanted {
            let place = self.locations.nearest(&self.path);
            self.faults.push(fault.at(self.file.name(), place));
        }
    }
}
