//! Why protoc is run here and not by protobuf-parse: see
//! `docs/protoc-backend.md`. If this fails, that decision may be looked at
//! again.

mod front;

use std::path::Path;

use front::{Result, canonical, compile_folder, protocs};
use protobuf::Message as _;
use protoc_gen_scaffold::compile::Backend;

/// `option (file_group).a = 1`, where the extension is a group, as every
/// extension of a message type is in a file of an edition that sets
/// `features.message_encoding = DELIMITED`.
#[test]
fn protobuf_parse_loses_options_that_are_groups() -> Result {
    let Some(protoc) = protocs().into_iter().next() else {
        return Ok(());
    };
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/backends/options");
    let set = protobuf_parse::Parser::new()
        .protoc()
        .protoc_path(&protoc)
        .include(&case)
        .input(case.join("options.proto"))
        .file_descriptor_set()?;
    let theirs = set.write_to_bytes()?;
    let ours = compile_folder(&case, Backend::Protoc, Some(&protoc))?;
    let ours = canonical(ours.request());
    // The start tag of field 60002, then its fields 1 and 2.
    let group = b"\x93\xa6\x1d\x08\x01\x10\x02\x94\xa6\x1d";
    let holds = |bytes: &[u8]| bytes.windows(group.len()).any(|window| window == group);
    assert!(ours.iter().any(|(_, bytes)| holds(bytes)), "ours keeps it");
    assert!(!holds(&theirs), "protobuf-parse keeps it now");
    let start = |bytes: &[u8]| bytes.windows(3).any(|window| window == &group[..3]);
    assert!(
        !start(&theirs),
        "protobuf-parse keeps it now, in another form"
    );
    Ok(())
}
