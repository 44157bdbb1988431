//! Whoever parses, the outcome is the same: the bytes for reflection and the
//! descriptors that code is generated from.

mod front;

use std::path::Path;
use std::process::Command;

use front::{Result, canonical, cases, compile_folder, lowered, protocs};
use prost::Message as _;
use protoc_gen_scaffold::compile::Backend;
use protoc_gen_scaffold::descriptor::FileDescriptorSet;
use protoc_gen_scaffold::generate;
use protoc_gen_scaffold::request::Request;

#[test]
fn every_backend_says_the_same() -> Result {
    for case in cases("backends")? {
        let pure = compile_folder(&case, Backend::Pure, None)?;
        let wanted = (
            canonical(pure.request()),
            format!("{:?}", lowered(pure.request())?),
        );
        for protoc in protocs() {
            let other = compile_folder(&case, Backend::Protoc, Some(&protoc))?;
            let who = format!("{} by {}", case.display(), protoc.display());
            let got = canonical(other.request());
            for (wanted, got) in wanted.0.iter().zip(&got) {
                assert_eq!(wanted.0, got.0, "{who}: the order of files");
                assert!(
                    wanted.1 == got.1,
                    "{who}: {}:\n{:?}\n{:?}",
                    wanted.0,
                    text(&wanted.1),
                    text(&got.1)
                );
            }
            assert_eq!(wanted.0.len(), got.len(), "{who}: the number of files");
            assert_eq!(
                wanted.1,
                format!("{:?}", lowered(other.request())?),
                "{who}"
            );
            assert_eq!(pure.read(), other.read(), "{who}: what was read");
        }
    }
    Ok(())
}

/// The plugin gets what its protoc carries, and prints what the library prints.
#[test]
fn every_door_leads_to_the_same_files() -> Result {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let case = root.join("tests/backends/policy");
    let compiled = compile_folder(&case, Backend::Pure, None)?;
    let wanted = generate(compiled.request())?;
    for protoc in protocs() {
        let out = tempfile::tempdir()?;
        let status = Command::new(&protoc)
            .arg(concat!(
                "--plugin=protoc-gen-scaffold=",
                env!("CARGO_BIN_EXE_protoc-gen-scaffold")
            ))
            .arg(format!("--scaffold_out={}", out.path().display()))
            .args([&case, &root.join("proto")].map(|path| format!("-I{}", path.display())))
            .arg("policy.proto")
            .status()?;
        assert!(status.success(), "{}", protoc.display());
        for file in &wanted {
            let got = std::fs::read_to_string(out.path().join(&file.name))?;
            assert!(got == file.content, "{} by {}", file.name, protoc.display());
        }
    }
    Ok(())
}

/// To be canonical is to stay so.
#[test]
fn canonical_bytes_stay_as_they_are() -> Result {
    for case in cases("backends")? {
        let compiled = compile_folder(&case, Backend::Pure, None)?;
        let request = compiled.request();
        let index = protoc_gen_scaffold::descriptor::Index::new(request.files());
        let again =
            protoc_gen_scaffold::descriptor::canonical::Canonical::new(request.files(), &index);
        for (name, bytes) in canonical(request) {
            assert_eq!(text(&again.file(&bytes)), text(&bytes), "{name}");
        }
    }
    Ok(())
}

/// Whatever the bytes, there is an answer: a plugin's input is anybody's.
#[test]
fn broken_bytes_are_refused_or_read() -> Result {
    let mut random = 1_u64;
    let mut next = move |below: usize| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % below
    };
    let mut read = 0;
    for case in cases("backends")? {
        let compiled = compile_folder(&case, Backend::Pure, None)?;
        let request = compiled.request();
        let names: Vec<_> = request
            .files()
            .iter()
            .map(|file| file.name().to_owned())
            .collect();
        let set = FileDescriptorSet {
            file: request.bytes().to_vec(),
        }
        .encode_to_vec();
        for _ in 0..300 {
            let mut broken = set.clone();
            for _ in 0..=next(4) {
                let at = next(broken.len());
                match next(4) {
                    0 => broken.truncate(at + 1),
                    1 => broken[at] = next(256) as u8,
                    2 => broken[at] ^= 1 << next(8),
                    _ => drop(broken.remove(at)),
                }
                if broken.is_empty() {
                    break;
                }
            }
            if let Ok(request) = Request::from_files(names.clone(), broken, "") {
                canonical(&request);
                read += usize::from(lowered(&request).is_ok());
            }
        }
    }
    assert!(read > 100, "most of the damage is in comments: {read}");
    Ok(())
}

fn text(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}
