//! Real protos of others through the generator.
//!
//! `cargo run --release -p scaffold-tests --bin corpus -- [--check] [--sample] [PREFIX...]`
//!
//! Generates every file of the corpus whose path starts with one of the
//! prefixes (all without one; CI's with `--sample`), twice, and compares the
//! bytes. With `--check`, each group's code, with that of its imports, is
//! checked by cargo in a crate of its own, every warning an error. Groups are
//! folders of at most three levels, so that one crate stays of a size that
//! rustc can hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use protoc_gen_scaffold::compile::{Source, compile};
use protoc_gen_scaffold::generate;
use scaffold_tests::krate::Crate;
use scaffold_tests::tools;

/// What CI checks: protos of several habits and sizes.
const SAMPLE: [&str; 8] = [
    "google/ads/googleads/v22/services/",
    "google/bigtable/",
    "google/firestore/v1/",
    "google/longrunning/",
    "google/pubsub/v1/",
    "google/rpc/",
    "google/spanner/",
    "google/storage/v2/",
];

fn main() -> ExitCode {
    let mut prefixes: Vec<String> = std::env::args().skip(1).collect();
    let check = take(&mut prefixes, "--check");
    if take(&mut prefixes, "--sample") {
        prefixes.extend(SAMPLE.map(String::from));
    }
    let Some(root) = tools::corpus() else {
        eprintln!("there is no corpus here");
        return ExitCode::FAILURE;
    };
    let files = protos(&root, &prefixes);
    let groups = groups(&files);
    println!("{} files in {} groups", files.len(), groups.len());
    for (name, files) in &groups {
        let began = Instant::now();
        let tree = match twice(&root, files) {
            Ok(tree) => tree,
            Err(error) => {
                eprintln!("{name}: {error}");
                return ExitCode::FAILURE;
            }
        };
        let bytes: usize = tree.values().map(String::len).sum();
        let generated = began.elapsed();
        if check {
            let began = Instant::now();
            Crate::new("corpus-sample", "2024")
                .with_files(&tree)
                .cargo(&["check"]);
            println!(
                "{name}: {} files, {} KiB in {generated:.1?}, checked in {:.1?}",
                files.len(),
                bytes >> 10,
                began.elapsed()
            );
        } else {
            println!(
                "{name}: {} files, {} KiB in {generated:.1?}",
                files.len(),
                bytes >> 10
            );
        }
    }
    println!(
        "{} files generated twice to the same bytes{}",
        files.len(),
        if check { ", and checked" } else { "" }
    );
    ExitCode::SUCCESS
}

fn take(words: &mut Vec<String>, flag: &str) -> bool {
    let before = words.len();
    words.retain(|word| word != flag);
    words.len() < before
}

/// The corpus' files under the prefixes, relative to its root, sorted.
fn protos(root: &Path, prefixes: &[String]) -> BTreeSet<String> {
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

fn groups(files: &BTreeSet<String>) -> BTreeMap<String, Vec<String>> {
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

/// Generates files and all they import, twice.
fn twice(root: &Path, files: &[String]) -> Result<BTreeMap<String, String>, String> {
    let includes = includes(root, files);
    let closure = closure(&includes, root, files);
    let first = once(&includes, &closure)?;
    if once(&includes, &closure)? != first {
        return Err("the second run gave other bytes".to_owned());
    }
    Ok(first)
}

/// `preview/` is a second tree of the same names, laid over the first.
fn includes(root: &Path, files: &[String]) -> Vec<PathBuf> {
    let over = files.iter().all(|file| file.starts_with("preview/"));
    let over = over.then(|| root.join("preview"));
    over.into_iter().chain([root.to_path_buf()]).collect()
}

fn once(
    includes: &[PathBuf],
    files: &BTreeSet<PathBuf>,
) -> Result<BTreeMap<String, String>, String> {
    let source = Source {
        files: files.iter().cloned().collect(),
        includes: includes.to_vec(),
        parameter: "parts=messages+server+client+loadtest+descriptors,mount=tree".to_owned(),
        ..Source::default()
    };
    let compiled = compile(&source).map_err(|faults| faults.to_string())?;
    let files = generate(compiled.request()).map_err(|faults| faults.to_string())?;
    Ok(files
        .into_iter()
        .map(|file| (file.name, file.content))
        .collect())
}

/// The files and their imports, found by their import lines.
fn closure(includes: &[PathBuf], root: &Path, files: &[String]) -> BTreeSet<PathBuf> {
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
