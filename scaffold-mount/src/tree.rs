//! From a folder's files to the text of a module tree.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What generated code may do that a careful crate denies. The generator's
/// `mount=tree` prints the same list.
pub(crate) const ALLOWED: &str = "#[allow(clippy::all, clippy::pedantic, dead_code, deprecated, \
     missing_docs, non_camel_case_types, unreachable_pub, unused_qualifications)]";

#[derive(Default)]
struct Node {
    file: Option<PathBuf>,
    children: BTreeMap<String, Node>,
}

/// The tree of the files beside `file`.
pub(crate) fn mounted(file: &Path) -> Result<String, String> {
    let file = file
        .canonicalize()
        .map_err(|error| format!("mount!(): {}: {error}", file.display()))?;
    let folder = file.parent().ok_or("mount!() stands in no folder")?;
    let mut root = Node::default();
    let entries = std::fs::read_dir(folder)
        .map_err(|error| format!("mount!(): {}: {error}", folder.display()))?;
    for entry in entries {
        let path = entry
            .map_err(|error| format!("mount!(): {}: {error}", folder.display()))?
            .path();
        if path == file || path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        match stem {
            Some("mod") => {}
            Some(package) if is_package(package) => root.at(package).file = Some(path.clone()),
            _ => {
                return Err(format!(
                    "mount!(): {} is not named after a protobuf package; \
                     keep files of your own out of the generator's folder",
                    path.display()
                ));
            }
        }
    }
    let mut text = String::new();
    root.print(&mut text)?;
    Ok(text)
}

fn is_package(stem: &str) -> bool {
    stem == "_"
        || stem.split('.').all(|segment| {
            let mut letters = segment.chars();
            letters
                .next()
                .is_some_and(|first| first == '_' || first.is_ascii_alphabetic())
                && letters.all(|letter| letter == '_' || letter.is_ascii_alphanumeric())
        })
}

impl Node {
    fn at(&mut self, package: &str) -> &mut Node {
        if package == "_" {
            return self;
        }
        package.split('.').fold(self, |node, segment| {
            node.children.entry(segment.to_owned()).or_default()
        })
    }

    fn print(&self, text: &mut String) -> Result<(), String> {
        if let Some(file) = &self.file {
            let path = file
                .to_str()
                .ok_or_else(|| format!("mount!(): {} is not UTF-8", file.display()))?;
            text.push_str(&format!("::core::include!({path:?});\n"));
        }
        for (name, child) in &self.children {
            text.push_str(&format!(
                "/// Package segment `{name}`.\n{ALLOWED}\npub mod {} {{\n",
                identifier(name)
            ));
            child.print(text)?;
            text.push_str("}\n");
        }
        Ok(())
    }
}

/// A package segment as the generator's names have it: keywords raw, and the
/// few that cannot be raw with an underscore behind.
fn identifier(segment: &str) -> String {
    const RAW: [&str; 47] = [
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do",
        "dyn", "else", "enum", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
        "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
        "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
        "virtual", "where", "while", "yield",
    ];
    match segment {
        "self" | "super" | "crate" | "extern" | "_" => format!("{segment}_"),
        keyword if RAW.contains(&keyword) => format!("r#{keyword}"),
        plain => plain.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(names: &[&str]) -> (tempdir::Folder, PathBuf) {
        let folder = tempdir::Folder::new();
        for name in names {
            std::fs::write(folder.path().join(name), "").expect("written");
        }
        let own = folder.path().join("mod.rs");
        std::fs::write(&own, "").expect("written");
        (folder, own)
    }

    /// A folder that goes away; this crate has no dependencies.
    mod tempdir {
        use std::path::{Path, PathBuf};
        use std::sync::atomic::{AtomicU32, Ordering};

        pub(super) struct Folder(PathBuf);

        impl Folder {
            pub(super) fn new() -> Folder {
                static NEXT: AtomicU32 = AtomicU32::new(0);
                let name = format!(
                    "scaffold-mount-{}-{}",
                    std::process::id(),
                    NEXT.fetch_add(1, Ordering::Relaxed)
                );
                let path = std::env::temp_dir().join(name);
                std::fs::create_dir(&path).expect("made");
                Folder(path)
            }

            pub(super) fn path(&self) -> &Path {
                &self.0
            }
        }

        impl Drop for Folder {
            fn drop(&mut self) {
                std::fs::remove_dir_all(&self.0).ok();
            }
        }
    }

    /// The tree without attributes, docs and folders.
    fn shape(text: &str) -> String {
        text.lines()
            .filter(|line| !line.starts_with('/') && !line.starts_with('#'))
            .map(|line| match line.rsplit_once('/') {
                Some((_, name)) => format!("<{}", name.trim_end_matches("\");")),
                None => line.to_owned(),
            })
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn packages_nest_and_prefixes_hold_both() {
        let (_folder, own) = folder(&[
            "a.b.rs",
            "a.rs",
            "a.b.c.rs",
            "_.rs",
            "z.type.rs",
            "notes.txt",
        ]);
        assert_eq!(
            shape(&mounted(&own).expect("mounted")),
            "<_.rs pub mod a { <a.rs pub mod b { <a.b.rs pub mod c { <a.b.c.rs } } } \
             pub mod z { pub mod r#type { <z.type.rs } }"
        );
    }

    #[test]
    fn words_that_cannot_be_raw_take_an_underscore() {
        assert_eq!(identifier("self"), "self_");
        assert_eq!(identifier("crate"), "crate_");
        assert_eq!(identifier("gen"), "r#gen");
        assert_eq!(identifier("users"), "users");
    }

    #[test]
    fn a_stranger_among_the_files_is_named() {
        let (_folder, own) = folder(&["a.rs", "my-helpers.rs"]);
        let error = mounted(&own).expect_err("a hyphen");
        assert!(error.contains("my-helpers.rs"), "{error}");
    }
}
