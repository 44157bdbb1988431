//! What prost-build makes of each syntax and edition, once lowered: golden
//! text, with the markers where comments will stand.

mod front;

use std::collections::BTreeMap;
use std::path::Path;

use front::{Result, canonical, cases, compile_folder, golden, lowered, new_protoc};
use prost_build::{Config, Module};
use protoc_gen_scaffold::compile::{Backend, Compiled};
use protoc_gen_scaffold::lower::doc_number;

#[test]
fn lowered_files_print_as_they_should() -> Result {
    let Some(protoc) = new_protoc() else {
        return Ok(());
    };
    for case in cases("editions")? {
        // `Auto` finds the edition by itself, and asks for protoc only there.
        let compiled = compile_folder(&case, Backend::Auto, Some(&protoc))?;
        for (package, text) in printed(&compiled)? {
            golden(&case.join(format!("{package}.rs")), &text)?;
        }
    }
    Ok(())
}

#[test]
fn a_feature_of_a_file_is_that_of_its_fields() -> Result {
    let Some(protoc) = new_protoc() else {
        return Ok(());
    };
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/editions/edition-2023");
    let compiled = compile_folder(&case, Backend::Protoc, Some(&protoc))?;
    let lowered = lowered(compiled.request())?;
    let marked = lowered
        .files()
        .iter()
        .flat_map(|file| &file.source_code_info);
    let docs: Vec<_> = marked
        .flat_map(|info| &info.location)
        .filter_map(|location| doc_number(location.leading_comments()))
        .map(|number| lowered.docs()[number].trim())
        .collect();
    assert!(
        docs.contains(&"Explicit presence is the default."),
        "{docs:?}"
    );
    assert!(
        docs.contains(&"Not zero."),
        "trailing comments count: {docs:?}"
    );
    assert!(
        lowered
            .boxed()
            .contains(&".edition.v2023.Ping.pong".to_owned()),
        "{:?}",
        lowered.boxed()
    );
    Ok(())
}

/// With a protoc carried, a user installs nothing, for editions either.
#[cfg(feature = "vendored-protoc")]
#[test]
fn a_carried_protoc_reads_editions() -> Result {
    if std::env::var_os("PROTOC").is_some() {
        front::skip("the carried protoc", "$PROTOC comes before it");
        return Ok(());
    }
    for case in cases("editions")? {
        let compiled = compile_folder(&case, Backend::Auto, None)?;
        for (package, text) in printed(&compiled)? {
            golden(&case.join(format!("{package}.rs")), &text)?;
        }
    }
    Ok(())
}

/// Editions reach reflection with what they say.
#[test]
fn canonical_bytes_keep_editions() -> Result {
    let Some(protoc) = new_protoc() else {
        return Ok(());
    };
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/editions/edition-2024");
    let compiled = compile_folder(&case, Backend::Auto, Some(&protoc))?;
    let files = canonical(compiled.request());
    let (_, bytes) = files
        .iter()
        .find(|(name, _)| name == "in.proto")
        .ok_or("in.proto")?;
    let find = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    // syntax = "editions"; edition = EDITION_2024; option (options.note) = "kept"
    assert!(find(b"b\x08editionsp\xe9\x07"), "{}", bytes.escape_ascii());
    assert!(find(b"\x82\xb5\x18\x04kept"), "{}", bytes.escape_ascii());
    Ok(())
}

fn printed(compiled: &Compiled) -> Result<BTreeMap<String, String>> {
    let request = compiled.request();
    let lowered = lowered(request)?;
    let mut config = Config::new();
    for path in lowered.boxed() {
        config.boxed(path);
    }
    let wanted: Vec<_> = request
        .to_generate()
        .iter()
        .map(|&at| request.files()[at].name())
        .collect();
    let files = lowered.files().iter().map(|file| {
        let package = if wanted.contains(&file.name()) {
            file.package()
        } else {
            "imported"
        };
        (Module::from_protobuf_package_name(package), file.clone())
    });
    let mut printed = BTreeMap::new();
    for (module, text) in config.generate(files.collect())? {
        let package = module.to_string();
        if package != "imported" {
            printed.insert(package.replace("::", "."), text);
        }
    }
    Ok(printed)
}

/// The golden files, compiled, speak the wire format that their editions mean.
#[allow(
    clippy::all,
    dead_code,
    deprecated,
    missing_docs,
    unreachable_pub,
    reason = "as prost-build prints it"
)]
mod wire {
    use prost::Message;

    mod v2023 {
        include!("editions/edition-2023/edition.v2023.rs");
    }
    mod whole {
        include!("editions/edition-2023/edition.whole.rs");
    }
    mod proto2 {
        include!("editions/proto2/proto2.rs");
    }

    #[test]
    fn packing_and_end_tags_are_as_declared() {
        let inner = || v2023::Encoding {
            packed: vec![1],
            ..Default::default()
        };
        let message = v2023::Encoding {
            packed: vec![1, 2],
            expanded: vec![1, 2],
            prefixed: Some(Box::new(inner())),
            delimited: Some(Box::new(inner())),
            choice: Some(v2023::encoding::Choice::Chosen(Box::new(inner()))),
            ..Default::default()
        };
        let bytes = message.encode_to_vec();
        let wanted = b"\x0a\x02\x01\x02\x10\x01\x10\x02\x22\x03\x0a\x01\x01\x2b\x0a\x01\x01\x2c\x43\x0a\x01\x01\x44";
        assert_eq!(bytes, wanted, "{}", bytes.escape_ascii());
        assert_eq!(v2023::Encoding::decode(&bytes[..]), Ok(message));
    }

    #[test]
    fn a_file_sets_the_encoding_of_what_is_in_it() {
        let message = whole::Inherits {
            explicit: Some(0),
            group: Some(Box::default()),
            prefixed: Some(Box::default()),
            expanded: vec![1, 2],
            packed: vec![1, 2],
            lengths: [(1, whole::Inherits::default())].into(),
            ..Default::default()
        };
        let bytes = message.encode_to_vec();
        let wanted = b"\x10\x00\x1b\x1c\x22\x00\x28\x01\x28\x02\x32\x02\x01\x02\x3a\x02\x08\x01";
        assert_eq!(bytes, wanted, "{}", bytes.escape_ascii());
        assert_eq!(whole::Inherits::decode(&bytes[..]), Ok(message));
    }

    #[test]
    fn presence_is_as_declared() {
        let message = v2023::Presence::default();
        assert_eq!(
            (message.explicit, message.explicit(), message.implicit),
            (None, 7, 0)
        );
        assert_eq!(
            message.encode_to_vec(),
            b"\x18\x00\x2a\x00",
            "required fields are written"
        );
        assert_eq!(v2023::Enums::default().closed(), v2023::Closed::First);
        assert_eq!(v2023::Enums::default().second(), v2023::Closed::Second);
    }

    #[test]
    fn defaults_are_as_written() {
        let message = proto2::Defaults::default();
        assert_eq!(
            (message.d1(), message.d2(), message.d3()),
            (1e9, 0.1, f64::INFINITY)
        );
        assert!(message.d5().is_nan());
        assert_eq!(
            (message.d6(), message.f2(), message.f4()),
            (f64::MIN, 0.1, 16_777_216.0)
        );
        assert_eq!(message.b1(), b"\0\x01\x02\xff'\"\\ \t\n?");
        assert_eq!(message.s1(), "é\n\"'\\");
        assert_eq!(
            (message.i1(), message.i2(), message.u1()),
            (31, -511, u64::MAX)
        );
        assert_eq!(
            (message.e1(), message.e2()),
            (proto2::Kind::Second, proto2::Kind::First)
        );
    }
}
