//! What is checked in as generated is what the generator gives today;
//! `UPDATE_GENERATED=1` writes it anew.

use scaffold_tests::tools;

use protoc_gen_scaffold::compile::{Source, compile};
use protoc_gen_scaffold::generate;

/// The runtime's own health and reflection services.
#[test]
fn the_runtime() {
    let folder = tools::root().join("scaffold-runtime");
    let source = Source {
        files: [
            "proto/grpc/health/v1/health.proto",
            "proto/grpc/reflection/v1/reflection.proto",
            "proto/grpc/reflection/v1alpha/reflection.proto",
        ]
        .map(|file| folder.join(file))
        .to_vec(),
        includes: vec![folder.join("proto")],
        parameter: "runtime=crate,mount=tree".to_owned(),
        ..Source::default()
    };
    let compiled = compile(&source).expect("good protos");
    for file in generate(compiled.request()).expect("no faults") {
        let path = folder.join("src/gen").join(&file.name);
        if std::env::var_os("UPDATE_GENERATED").is_some() {
            std::fs::write(&path, &file.content).expect("written");
        }
        let old = std::fs::read_to_string(&path).expect("checked in");
        assert!(
            old == file.content,
            "{} is stale; run this test with UPDATE_GENERATED=1",
            path.display()
        );
    }
}
