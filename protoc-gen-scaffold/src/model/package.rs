//! Packages and where their modules go.

use super::Service;

/// All packages of a request, sorted by Rust path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// One for each protobuf package with files to generate.
    pub packages: Vec<Package>,
    /// Whether `mod.rs` names the packages (rather than look for them).
    pub tree: bool,
}

/// One protobuf package, which is one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Package {
    /// As in `package a.b;`, empty if there is none.
    pub proto: String,
    /// Rust modules from the root, such as `["a", "r#type"]`.
    pub modules: Vec<String>,
    /// The name of the file, such as `a.type.rs`.
    pub file_name: String,
    /// Files of the package that are generated: positions in the request, in
    /// the order of their names.
    pub files: Vec<usize>,
    /// The names of these files.
    pub sources: Vec<String>,
    /// Services of all files, in the order of `files`.
    pub services: Vec<Service>,
    /// What reflection needs.
    pub descriptors: Descriptors,
    /// Packages mounted inside modules of this file, because a message's module
    /// takes the place that `mod.rs` would give them.
    pub mounted: Vec<Mounted>,
    /// Rust paths of messages and enums that are deprecated, from this module.
    pub deprecated: Vec<String>,
}

/// Descriptors that a package carries, and packages that carry others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Descriptors {
    /// Positions in the request: the package's files, then imports that no
    /// generated package carries.
    pub files: Vec<usize>,
    /// Paths from this package's module to imported packages' descriptors.
    pub packages: Vec<String>,
}

/// A package whose module is a message's module in the file of another.
#[derive(Clone, Debug, PartialEq)]
pub struct Mounted {
    /// Path of the message's module from the file's module, such as `["b"]`.
    pub inside: Vec<String>,
    /// Position of the mounted package in the model.
    pub package: usize,
}

/// A place in a `.proto` file: the file's position in the request, and the
/// descriptor path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Position in the request.
    pub file: usize,
    /// Such as `[6, 0, 2, 1]`.
    pub path: Vec<i32>,
}
