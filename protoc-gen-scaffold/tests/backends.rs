//! Whoever parses, the outcome is the same: the bytes for reflection and the
//! descriptors that code is generated from.

mod front;

use front::{Result, canonical, cases, compile_folder, lowered, protocs};
use protoc_gen_scaffold::compile::Backend;

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

fn text(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}
