//! The generator's golden output compiles, without a warning, in both editions.

use std::path::PathBuf;

use scaffold_tests::krate::Crate;
use scaffold_tests::tools;

fn cases() -> Vec<(String, PathBuf)> {
    let folder = tools::root().join("protoc-gen-scaffold/tests/golden");
    let mut cases: Vec<_> = std::fs::read_dir(folder)
        .expect("the generator has golden cases")
        .map(|entry| entry.expect("an entry"))
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().replace('-', "_");
            (name, entry.path().join("out"))
        })
        .collect();
    cases.sort();
    cases
}

#[test]
fn golden_output_compiles() {
    let cases = cases();
    assert!(cases.len() > 5, "the cases have moved: {cases:?}");
    for edition in ["2024", "2021"] {
        cases
            .iter()
            .fold(
                Crate::new(&format!("golden-{edition}"), edition),
                |krate, (name, out)| krate.mount(&format!("case_{name}"), out),
            )
            .cargo(&["clippy", "doc --no-deps", "test --doc"]);
    }
}
