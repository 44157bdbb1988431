//! Options: one set of names for protoc's parameter, build.rs and `scaffold.toml`.

mod parameter;
mod parse;

pub use parameter::escape;
pub(crate) use parameter::nearest;

use crate::fault::Faults;

/// What to print, and how. Parsed and checked; every value is usable as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    pub(crate) parts: Parts,
    pub(crate) extern_paths: Vec<(String, String)>,
    pub(crate) bytes: Vec<String>,
    pub(crate) type_attributes: Vec<(String, String)>,
    pub(crate) field_attributes: Vec<(String, String)>,
    pub(crate) client_feature: Option<String>,
    pub(crate) loadtest_feature: Option<String>,
    pub(crate) visibility: Visibility,
    pub(crate) runtime: String,
    pub(crate) load: String,
    pub(crate) mount: Mount,
}

/// The parts of a package file that are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    pub(crate) messages: bool,
    pub(crate) server: bool,
    pub(crate) client: bool,
    pub(crate) loadtest: bool,
    pub(crate) descriptors: bool,
}

/// Visibility of all generated items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visibility {
    Public,
    Crate,
}

/// How `mod.rs` is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mount {
    Auto,
    Tree,
    Scan,
}

/// Key, form of its value, what it does: for `--help` and for messages.
pub const KNOWN: [(&str, &str, &str); 11] = [
    (
        "parts",
        "messages+server+client+descriptors",
        "what to print: these four by default, and loadtest",
    ),
    (
        "extern_path",
        ".my.package=::some_crate::module",
        "types that are generated elsewhere; repeatable; `.` stands for all packages",
    ),
    (
        "bytes",
        ".my.package.Message.field",
        "`bytes` fields as `Bytes` instead of `Vec<u8>`; repeatable",
    ),
    (
        "type_attribute",
        ".my.package.Message=#[derive(...)]",
        "attribute on messages and enums; repeatable",
    ),
    (
        "field_attribute",
        ".my.package.Message.field=#[...]",
        "attribute on fields; repeatable",
    ),
    (
        "client_feature",
        "NAME",
        "put clients behind a cargo feature",
    ),
    (
        "loadtest_feature",
        "NAME",
        "put load drivers behind a cargo feature",
    ),
    (
        "visibility",
        "pub|crate",
        "visibility of everything generated",
    ),
    (
        "runtime",
        "::scaffold_runtime",
        "path of the runtime crate, or `crate`",
    ),
    (
        "load",
        "::scaffold_load",
        "path of the load crate, or `crate`",
    ),
    ("mount", "auto|tree|scan", "how mod.rs mounts the packages"),
];

impl Default for Options {
    fn default() -> Self {
        Self {
            parts: Parts {
                messages: true,
                server: true,
                client: true,
                loadtest: false,
                descriptors: true,
            },
            extern_paths: Vec::new(),
            bytes: Vec::new(),
            type_attributes: Vec::new(),
            field_attributes: Vec::new(),
            client_feature: None,
            loadtest_feature: None,
            visibility: Visibility::Public,
            runtime: "::scaffold_runtime".to_owned(),
            load: "::scaffold_load".to_owned(),
            mount: Mount::Auto,
        }
    }
}

impl Options {
    /// Reads protoc's parameter: `key=value` pairs joined by commas; a comma in
    /// a value is written `\,` and a backslash `\\`.
    pub fn parse(parameter: &str) -> Result<Self, Faults> {
        parse::parse(parameter)
    }
}
