//! The corpus of real protos, file by file and group by group.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The corpus' files under the prefixes, relative to its root, sorted.
pub fn protos(root: &Path, prefixes: &[String]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder of the corpus") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "proto")
            {
                let name = path.strip_prefix(root).expect("below the root");
                let name = name
                    .to_str()
                    .expect("the corpus' names are ASCII")
                    .to_owned();
                if prefixes.is_empty() || prefixes.iter().any(|prefix| name.starts_with(prefix)) {
                    found.insert(name);
                }
            }
        }
    }
    found
}

/// Files by folders of at most three levels.
pub fn groups(files: &BTreeSet<String>) -> BTreeMap<String, Vec<String>> {
    let mut groups = BTreeMap::<String, Vec<String>>::new();
    for file in files {
        let folder: Vec<&str> = file.split('/').collect();
        let depth = folder.len().saturating_sub(1).min(3);
        groups
            .entry(folder[..depth].join("/"))
            .or_default()
            .push(file.clone());
    }
    groups
}

/// `preview/` is a second tree of the same names, laid over the first.
pub fn includes(root: &Path, files: &[String]) -> Vec<PathBuf> {
    let over = files.iter().all(|file| file.starts_with("preview/"));
    let over = over.then(|| root.join("preview"));
    over.into_iter().chain([root.to_path_buf()]).collect()
}

/// The files and their imports, found by their import lines.
pub fn closure(includes: &[PathBuf], root: &Path, files: &[String]) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut open: Vec<PathBuf> = files.iter().map(|file| root.join(file)).collect();
    while let Some(path) = open.pop() {
        if found.contains(&path) {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        found.insert(path);
        open.extend(
            text.lines()
                .filter(|line| line.starts_with("import "))
                .filter_map(|line| line.split('"').nth(1))
                .filter(|import| !import.starts_with("google/protobuf/"))
                .filter_map(|import| {
                    let mut places = includes.iter().map(|include| include.join(import));
                    places.find(|place| place.is_file())
                }),
        );
    }
    found
}
