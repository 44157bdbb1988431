//! One input, every way in: Debian's protoc, a newer protoc, buf with both
//! strategies, and the library give trees that compile without a warning, and
//! the same bytes where they were given the same files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use scaffold_tests::krate::Crate;
use scaffold_tests::tools;

const FILES: [&str; 6] = [
    "bare.proto",
    "common/money.proto",
    "shop/billing/v1/billing.proto",
    "shop/root.proto",
    "shop/v1/items.proto",
    "shop/v1/orders.proto",
];

fn protos() -> PathBuf {
    tools::root().join("tests/proto-trees/shop")
}

fn plugin() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_plugin"))
}

/// Every file below a folder, by its path in it.
fn tree(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below the folder");
                let text = std::fs::read_to_string(&path).expect("UTF-8");
                found.insert(name.to_string_lossy().into_owned(), text);
            }
        }
    }
    found
}

fn by_protoc(mut protoc: Command) -> BTreeMap<String, String> {
    let out = tempfile::tempdir().expect("a temporary folder");
    tools::run(
        protoc
            .current_dir(protos())
            .arg(format!(
                "--plugin=protoc-gen-scaffold={}",
                plugin().display()
            ))
            .arg(format!("--scaffold_out={}", out.path().display()))
            .arg("-I.")
            .args(FILES),
    );
    tree(out.path())
}

fn by_library() -> BTreeMap<String, String> {
    let source = protoc_gen_scaffold::compile::Source {
        files: FILES.iter().map(|file| protos().join(file)).collect(),
        includes: vec![protos()],
        ..Default::default()
    };
    let compiled = protoc_gen_scaffold::compile::compile(&source).expect("good protos");
    let files = protoc_gen_scaffold::generate(compiled.request()).expect("no faults");
    files
        .into_iter()
        .map(|file| (file.name, file.content))
        .collect()
}

fn by_buf(strategy: &str) -> Option<BTreeMap<String, String>> {
    let buf = tools::buf()?;
    let work = tempfile::tempdir().expect("a temporary folder");
    let gen_file = work.path().join("buf.gen.yaml");
    let out = work.path().join("out");
    let text = format!(
        "version: v2\nplugins:\n  - local: {}\n    out: {}\n{strategy}",
        plugin().display(),
        out.display()
    );
    std::fs::write(&gen_file, text).expect("written");
    let output = tools::run(
        Command::new(buf)
            .current_dir(protos())
            .env("BUF_CACHE_DIR", work.path().join("cache"))
            .args(["generate", "--template"])
            .arg(&gen_file),
    );
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said, "", "buf has nothing to warn of");
    Some(tree(&out))
}

/// Checks a tree in a crate of its own, every warning an error.
fn compiles(name: &str, files: &BTreeMap<String, String>, edition: &str) {
    Crate::new(name, edition)
        .with_files(files)
        .code(
            "/// The names that a user counts on.\n\
             pub fn names(item: pb::shop::v1::Item) -> pb::shop::Wrapped {\n\
             \x20   let _ = pb::shop::v1::orders::NAME;\n\
             \x20   let _ = pb::Bare { item: None };\n\
             \x20   let _ = pb::common::Money::default();\n\
             \x20   let _ = pb::shop::billing::v1::billing::methods::CHARGE;\n\
             \x20   pb::shop::Wrapped { item: Some(item), at: None }\n}\n",
        )
        .cargo(&["clippy", "doc --no-deps"]);
}

#[test]
fn every_way_in_gives_the_same_bytes() {
    let library = by_library();
    assert!(library.contains_key("mod.rs") && library.contains_key("shop.v1.rs"));
    assert!(library.contains_key("_.rs"), "{:?}", library.keys());
    if let Some(protoc) = tools::protoc() {
        assert_eq!(by_protoc(Command::new(protoc)), library, "Debian's protoc");
    }
    if let Some(python) = tools::python() {
        let mut protoc = Command::new(python);
        protoc.args(["-m", "grpc_tools.protoc"]);
        assert_eq!(by_protoc(protoc), library, "a newer protoc");
    }
    if let Some(tree) = by_buf("    strategy: all\n") {
        assert_eq!(tree, library, "buf, all at once");
    }
    compiles("every-way", &library, "2024");
    compiles("every-way-2021", &library, "2021");
}

#[test]
fn a_call_for_each_directory_gives_a_tree_that_compiles() {
    let Some(tree) = by_buf("") else { return };
    // The descriptors differ: a package of another call is carried, not pointed to.
    assert!(by_library().keys().eq(tree.keys()), "{:?}", tree.keys());
    compiles("each-directory", &tree, "2024");
}
