//! `mod.rs`: the tree that mounts the packages' files.

use std::collections::BTreeMap;

use super::rt;
use crate::check::Checked;
use crate::messages::Patch;
use crate::model::{Model, Package};
use crate::options::{Options, Visibility};

/// What generated code may do that a careful crate denies. `scaffold-mount`
/// prints the same list.
const ALLOWED: &str = "#[allow(clippy::all, clippy::pedantic, dead_code, deprecated, \
     missing_docs, non_camel_case_types, unreachable_pub, unused_qualifications)]";

/// The text of `mod.rs`.
pub(super) fn tree(model: &Model, options: &Options) -> String {
    if !model.tree {
        return rt::mount(options);
    }
    let inside: Vec<usize> = model
        .packages
        .iter()
        .flat_map(|package| &package.mounted)
        .map(|m| m.package)
        .collect();
    let mut root = Node::default();
    for (at, package) in model.packages.iter().enumerate() {
        if !inside.contains(&at) {
            root.at(&package.modules).file = Some(package);
        }
    }
    let mut text = String::new();
    root.print(0, options, &mut text);
    text
}

/// What each package's messages need beside what prost prints.
pub(crate) fn patches(checked: &Checked, options: &Options) -> Vec<Patch> {
    let model = checked.model();
    let patch = |package| Patch {
        inside: inside(model, package, options),
        item_attribute: item_attribute(package),
    };
    model.packages.iter().map(patch).collect()
}

/// An attribute for each item of files that no module is around.
pub(super) fn item_attribute(package: &Package) -> Option<&'static str> {
    package.modules.is_empty().then_some(ALLOWED)
}

/// The trees to print inside modules of messages, by the module's path.
fn inside(model: &Model, host: &Package, options: &Options) -> BTreeMap<Vec<String>, String> {
    let mut roots: BTreeMap<Vec<String>, Node<'_>> = BTreeMap::new();
    for mounted in &host.mounted {
        let package = &model.packages[mounted.package];
        let rest = &package.modules[host.modules.len() + mounted.inside.len()..];
        roots
            .entry(mounted.inside.clone())
            .or_default()
            .at(rest)
            .file = Some(package);
    }
    roots
        .into_iter()
        .map(|(path, root)| {
            let mut text = String::new();
            root.print(path.len(), options, &mut text);
            (path, text)
        })
        .collect()
}

#[derive(Default)]
struct Node<'a> {
    file: Option<&'a Package>,
    children: BTreeMap<&'a str, Node<'a>>,
}

// === impl Node ===

impl<'a> Node<'a> {
    fn at(&mut self, modules: &'a [String]) -> &mut Self {
        modules.iter().fold(self, |node, module| {
            node.children.entry(module).or_default()
        })
    }

    fn print(&self, depth: usize, options: &Options, text: &mut String) {
        let indent = "    ".repeat(depth);
        if let Some(package) = self.file {
            text.push_str(&format!(
                "{indent}::core::include!(\"{}\");\n",
                package.file_name
            ));
        }
        let visibility = match options.visibility {
            Visibility::Public => "pub",
            Visibility::Crate => "pub(crate)",
        };
        for (module, child) in &self.children {
            let segment = crate::names::file_part(module);
            text.push_str(&format!(
                "{indent}/// Package segment `{segment}`.\n{indent}{ALLOWED}\n{indent}{visibility} mod {module} {{\n"
            ));
            child.print(depth + 1, options, text);
            text.push_str(&format!("{indent}}}\n"));
        }
    }
}
