//! Payloads of a file in an edition, decoded by Google's protobuf: presence,
//! packing, delimited messages and closed enums as its features say.

use std::fmt::Write as _;
use std::process::Command;

use scaffold_load::payload::{Options, Pool};
use scaffold_tests::tools;

#[test]
fn features_are_followed() {
    let Some(python) = tools::python() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let set_path = folder.path().join("set.binpb");
    tools::run(
        Command::new(&python)
            .args(["-m", "grpc_tools.protoc", "--include_imports", "-I"])
            .arg(tools::root().join("tests/proto-editions"))
            .arg(format!("--descriptor_set_out={}", set_path.display()))
            .arg("edition_2023.proto"),
    );
    let set = std::fs::read(&set_path).expect("the set");
    let pool = Pool::new(&set).expect("a pool");
    let mut lines = String::new();
    for message in ["editions.All", "editions.Part"] {
        let generator = pool
            .generator(message, &Options::default())
            .expect("a generator");
        for index in 0..50 {
            let mut bytes = Vec::new();
            generator.encode(index, &mut bytes);
            write!(lines, "{message}\t").expect("a string");
            bytes
                .iter()
                .for_each(|byte| write!(lines, "{byte:02x}").expect("a string"));
            lines.push('\n');
        }
    }
    let lines_path = folder.path().join("payloads.txt");
    std::fs::write(&lines_path, lines).expect("the payloads are written");
    let script = tools::root().join("tests/python/decode_payloads.py");
    let output = tools::run(
        Command::new(python)
            .arg(script)
            .arg(set_path)
            .arg(lines_path),
    );
    assert_eq!(
        String::from_utf8_lossy(&output.stdout).trim(),
        "100 decoded"
    );
}
