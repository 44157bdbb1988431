//! The build script's door: what is written, when, and what is not.
//!
//! That `OUT_DIR/mod.rs` compiles where it is included is seen in the crate
//! `scaffold-tests`, which generates its probe service this way.

mod front;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use front::Result;
use protoc_gen_scaffold::build::Builder;

#[test]
fn a_second_run_touches_nothing() -> Result {
    let room = room(
        "syntax = \"proto3\"; package a.b; message M {} service S { rpc Call(M) returns (M); }",
    )?;
    let (proto, out) = (room.path().join("proto"), room.path().join("out"));
    let run = || Builder::new().out_dir(&out).compile(&[&proto], &[&proto]);
    run()?;
    let first = stamps(&out)?;
    let names: Vec<_> = first
        .iter()
        .filter_map(|(path, _)| path.file_name()?.to_str())
        .collect();
    assert_eq!(names, ["a.b.rs", "mod.rs"]);
    let tree = fs::read_to_string(out.join("mod.rs"))?;
    assert!(
        tree.contains("include!(\"a.b.rs\")"),
        "a build script knows all files: {tree}"
    );
    run()?;
    assert_eq!(stamps(&out)?, first);
    Ok(())
}

#[test]
fn an_error_writes_nothing_and_can_be_read() -> Result {
    let room = room("syntax = \"proto3\";\nmessage M { Missing a = 1; }")?;
    let (proto, out) = (room.path().join("proto"), room.path().join("out"));
    let result = Builder::new().out_dir(&out).compile(&[&proto], &[&proto]);
    let error = result.err().ok_or("a fault")?;
    // `fn main() -> Result<(), Error>` prints with `Debug`.
    assert_eq!(
        format!("{error:?}"),
        "\na.proto:2:13: name 'Missing' is not defined"
    );
    assert!(!out.exists());
    Ok(())
}

#[test]
fn options_are_the_plugins() -> Result {
    let room = room(
        "syntax = \"proto3\"; package p; message M { bytes raw = 1; } service S { rpc Call(M) returns (M); }",
    )?;
    let (proto, out) = (room.path().join("proto"), room.path().join("out"));
    Builder::new()
        .parts(["messages", "client"])
        .bytes(".p.M.raw")
        .type_attribute(".p.M", "#[derive(Eq, Ord)]")
        .field_attribute(".p.M.raw", "#[cfg(any(a, b))]")
        .visibility("pub")
        .visibility("crate")
        .runtime("::other_runtime")
        .client_feature("client")
        .out_dir(&out)
        .compile(&[&proto], &[&proto])?;
    let text = fs::read_to_string(out.join("p.rs"))?;
    for wanted in [
        "#[derive(Eq, Ord)]",
        "#[cfg(any(a, b))]",
        "::other_runtime",
        "feature = \"client\"",
        "Bytes",
    ] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    assert!(!text.contains("trait S"), "{text}");
    let error = Builder::new()
        .mount("sideways")
        .out_dir(&out)
        .compile(&[&proto], &[&proto]);
    assert!(
        error
            .err()
            .ok_or("a fault")?
            .to_string()
            .contains("sideways")
    );
    Ok(())
}

fn room(text: &str) -> Result<tempfile::TempDir> {
    let room = tempfile::tempdir()?;
    fs::create_dir(room.path().join("proto"))?;
    fs::write(room.path().join("proto/a.proto"), text)?;
    Ok(room)
}

fn stamps(folder: &Path) -> Result<Vec<(PathBuf, SystemTime)>> {
    let mut stamps = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        stamps.push((entry.path(), entry.metadata()?.modified()?));
    }
    stamps.sort();
    Ok(stamps)
}
