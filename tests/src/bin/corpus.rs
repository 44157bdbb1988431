//! Real protos of others through the generator.
//!
//! `cargo run --release -p scaffold-tests --bin corpus -- [--check | --payloads] [--sample] [PREFIX...]`
//!
//! Generates every file of the corpus whose path starts with one of the
//! prefixes (all without one; CI's with `--sample`), twice, and compares the
//! bytes. With `--check`, each group's code, with that of its imports, is
//! checked by cargo in a crate of its own, every warning an error. Groups are
//! folders of at most three levels, so that one crate stays of a size that
//! rustc can hold. With `--payloads`, load-test payloads of every message are
//! made in place of code, and decoded.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use protoc_gen_scaffold::compile::{Source, compile};
use protoc_gen_scaffold::generate;
use scaffold_tests::corpus::{closure, groups, includes, protos};
use scaffold_tests::krate::Crate;
use scaffold_tests::payloads::{self, Decoded};
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
    let only_payloads = take(&mut prefixes, "--payloads");
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
    if only_payloads {
        return decode(&root, &groups);
    }
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

/// Payloads of every message, made and decoded.
fn decode(root: &Path, groups: &BTreeMap<String, Vec<String>>) -> ExitCode {
    let mut all = Decoded::default();
    for (name, files) in groups {
        let began = Instant::now();
        let decoded = match payloads::decode_all(root, files) {
            Ok(decoded) => decoded,
            Err(error) => {
                eprintln!("{name}: {error}");
                return ExitCode::FAILURE;
            }
        };
        all.messages += decoded.messages;
        all.payloads += decoded.payloads;
        all.bytes += decoded.bytes;
        all.largest = all.largest.max(decoded.largest);
        println!(
            "{name}: {} messages, {} KiB, the largest {} bytes, in {:.1?}",
            decoded.messages,
            decoded.bytes >> 10,
            decoded.largest,
            began.elapsed()
        );
    }
    println!(
        "{} payloads of {} messages decoded, {} bytes on average, the largest {}",
        all.payloads,
        all.messages,
        all.bytes / all.payloads.max(1),
        all.largest
    );
    ExitCode::SUCCESS
}

fn take(words: &mut Vec<String>, flag: &str) -> bool {
    let before = words.len();
    words.retain(|word| word != flag);
    words.len() < before
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
