//! What is changed in prost's text: comments and attributes put in place of
//! their numbers, packages mounted inside, what prost leaves out added.
//!
//! prost-build prints line by line: each line is an attribute, a comment, a
//! field, or opens or closes a block. So lines are all there is to look at, and
//! the text is never parsed; see docs/printing.md for why.

use std::collections::{BTreeMap, HashSet};

use crate::docs;
use crate::lower::doc_number;
use crate::model::Package;
use crate::options::{Options, Visibility};

const TYPE_ATTRIBUTE: &str = "#[scaffold_type_attribute_";
const FIELD_ATTRIBUTE: &str = "#[scaffold_field_attribute_";

/// What stands for the user's attribute `number` in prost's text.
pub(super) fn type_attribute(number: usize) -> String {
    format!("{TYPE_ATTRIBUTE}{number}]")
}

/// The same, for fields.
pub(super) fn field_attribute(number: usize) -> String {
    format!("{FIELD_ATTRIBUTE}{number}]")
}

/// What a package's file asks for.
#[derive(Debug)]
pub(crate) struct Patch {
    /// Text for inside modules, by the module's path.
    pub(crate) inside: BTreeMap<Vec<String>, String>,
    /// An attribute for each item.
    pub(crate) item_attribute: Option<&'static str>,
}

struct Writer<'a> {
    patch: &'a Patch,
    docs: &'a [String],
    options: &'a Options,
    deprecated: HashSet<&'a str>,
    /// Open blocks: whether of a module, and the name of a module or type.
    open: Vec<(bool, &'a str)>,
    modules: Vec<String>,
    enum_map: bool,
    at_item: bool,
    out: String,
}

// === impl Patch ===

impl Patch {
    /// Goes over prost's text once.
    pub(super) fn apply(
        &self,
        text: &str,
        package: &Package,
        docs: &[String],
        options: &Options,
    ) -> String {
        let mut writer = Writer {
            patch: self,
            docs,
            options,
            deprecated: package.deprecated.iter().map(String::as_str).collect(),
            open: Vec::new(),
            modules: Vec::new(),
            enum_map: false,
            at_item: true,
            out: String::with_capacity(text.len() * 2),
        };
        // The first line says who printed this.
        text.lines()
            .skip(1)
            .for_each(|line| writer.line(line.trim_start()));
        writer.out
    }
}

// === impl Writer ===

impl<'a> Writer<'a> {
    fn line(&mut self, line: &'a str) {
        if self.open.is_empty()
            && std::mem::take(&mut self.at_item)
            && let Some(attribute) = self.patch.item_attribute
        {
            self.put(attribute);
        }
        if let Some(comment) = line.strip_prefix("///") {
            match doc_number(comment) {
                Some(number) => self.docs(number),
                None => self.put(line),
            }
        } else if line.starts_with('#') {
            self.attribute(line);
        } else if line == "}" {
            if let Some((true, _)) = self.open.pop() {
                self.modules.pop();
            }
            self.put(line);
            self.at_item = self.open.is_empty();
        } else if line.ends_with('{') {
            self.block(line);
        } else {
            self.member(line);
        }
    }

    fn block(&mut self, line: &'a str) {
        let mut words = line.split(' ');
        let (first, kind, name) = (words.next(), words.next(), words.next().unwrap_or_default());
        match (first, kind) {
            (Some("pub"), Some("mod")) => {
                self.item(line);
                self.open.push((true, name));
                self.modules.push(name.to_owned());
                if let Some(tree) = self.patch.inside.get(&self.modules) {
                    self.out.push_str(tree);
                }
            }
            (Some("pub"), Some("struct" | "enum")) => {
                // What prost-derive writes beside an item would warn of it, and
                // at the root no module is around them to allow that.
                let bare = self.open.is_empty() && self.patch.item_attribute.is_some();
                if !bare && self.is_deprecated(name) {
                    self.put("#[deprecated]");
                }
                self.item(line);
                self.open.push((false, name));
            }
            _ => {
                self.put(line);
                self.open.push((false, ""));
            }
        }
    }

    fn item(&mut self, line: &str) {
        match (self.options.visibility, line.strip_prefix("pub ")) {
            (Visibility::Crate, Some(rest)) => self.put(&format!("pub(crate) {rest}")),
            _ => self.put(line),
        }
    }

    fn attribute(&mut self, line: &str) {
        let number = |prefix: &str| {
            line.strip_prefix(prefix)?
                .strip_suffix(']')?
                .parse::<usize>()
                .ok()
        };
        let options = self.options;
        if let Some(at) = number(TYPE_ATTRIBUTE) {
            self.put(&options.type_attributes[at].1);
        } else if let Some(at) = number(FIELD_ATTRIBUTE) {
            self.put(&options.field_attributes[at].1);
        } else {
            if line.starts_with("#[prost(") {
                // Maps are the only ones that name the enum in brackets.
                self.enum_map = line.contains(", enumeration(");
            }
            self.put(line);
        }
    }

    /// A field, a variant, or a line of a method.
    fn member(&mut self, line: &str) {
        let enum_map = std::mem::take(&mut self.enum_map);
        let Some(field) = line.strip_prefix("pub ") else {
            return self.put(line);
        };
        if line.contains(": ::std::collections::") {
            // prost forgets the attribute on maps.
            let name = field.split(':').next().unwrap_or_default();
            let message = self.open.last().map_or("", |(_, name)| name);
            if self.is_deprecated(&format!("{message}.{name}")) {
                self.put("#[deprecated]");
            }
        }
        match field.strip_prefix("r#").filter(|_| enum_map) {
            // prost-derive makes `get_r#type` of it, which no compiler reads.
            Some(raw) => {
                let (name, rest) = raw.split_once(':').unwrap_or((raw, ""));
                self.put(&format!("pub {name}_:{rest}"));
            }
            None => self.put(line),
        }
    }

    fn docs(&mut self, number: usize) {
        for line in docs::docs(&self.docs[number]) {
            match line.as_str() {
                "" => self.put("///"),
                line => {
                    self.indent();
                    self.out.push_str("/// ");
                    self.out.push_str(line);
                    self.out.push('\n');
                }
            }
        }
    }

    fn is_deprecated(&self, name: &str) -> bool {
        if self.deprecated.is_empty() {
            return false;
        }
        let mut path = String::new();
        for module in &self.modules {
            path.push_str(module);
            path.push_str("::");
        }
        self.deprecated.contains(format!("{path}{name}").as_str())
    }

    fn put(&mut self, line: &str) {
        if !line.is_empty() {
            // A closing brace stands where its block was opened.
            self.indent();
            self.out.push_str(line);
        }
        self.out.push('\n');
    }

    fn indent(&mut self) {
        for _ in &self.open {
            self.out.push_str("    ");
        }
    }
}
