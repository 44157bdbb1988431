//! docs/hostile-inputs.md and the counters of a server: the same names.

use std::collections::BTreeSet;

use scaffold_runtime::{Server, ServerConfig};

/// Every cause there is.
fn causes() -> BTreeSet<String> {
    let address = "127.0.0.1:0".parse().expect("an address");
    let server = Server::new(ServerConfig {
        address,
        ..ServerConfig::default()
    });
    let handle = server.bind().expect("it listens").handle();
    let counters = handle.counters();
    counters.iter().map(|(name, _)| name.to_owned()).collect()
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn section<'a>(document: &'a str, title: &str) -> &'a str {
    let (_, rest) = document
        .split_once(&format!("\n## {title}\n"))
        .unwrap_or_else(|| panic!("no section {title}"));
    rest.split("\n## ").next().unwrap_or(rest)
}

/// The rows of a section's table, each as its cells.
fn rows(section: &str) -> Vec<Vec<&str>> {
    let lines = section.lines().filter(|line| line.starts_with("| "));
    lines
        .skip(1)
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect()
}

#[test]
fn every_cause_is_documented_and_every_documented_one_exists() {
    let document = scaffold_tests::tools::root().join("docs/hostile-inputs.md");
    let document = std::fs::read_to_string(document).expect("it is there");
    let causes = causes();
    let list = section(&document, "Counters");
    let (_, list) = list.split_once("\n* ").expect("a list");
    let (list, _) = list.split_once("\n\n").expect("an end of it");
    let listed: Vec<_> = quoted(list).collect();
    let unique: BTreeSet<String> = listed.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(unique, causes);
    assert_eq!(listed.len(), unique.len(), "one is listed twice");
    // Rows whose input is answered as if nothing were wrong with it, and the one
    // that is about clients.
    let quiet = ["W12", "W16"];
    for title in ["HTTP/2", "gRPC"] {
        for row in rows(section(&document, title)) {
            let (id, counter) = (row[0], row[3]);
            for cause in quoted(counter) {
                assert!(causes.contains(cause), "{id}: {cause}");
            }
            let is_quiet = quoted(counter).next().is_none();
            assert_eq!(is_quiet, quiet.contains(&id), "{id}: {counter:?}");
        }
    }
}
