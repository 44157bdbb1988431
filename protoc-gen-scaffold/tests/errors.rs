//! What is wrong is said with file, line, column and a way out, by each backend.

mod front;

use std::path::{Path, PathBuf};

use front::{Result, cases, compile_folder, golden, lowered, new_protoc, protocs, version};
use protoc_gen_scaffold::compile::{Backend, Source, compile, compile_with};

/// Each folder holds the broken files and what each backend says about them.
#[test]
fn every_fault_has_its_place() -> Result {
    let new = new_protoc();
    for case in cases("errors")? {
        golden(&case.join("pure.txt"), &said(&case, Backend::Pure, None))?;
        // Wording and places of protoc's own errors change with its versions;
        // the golden files are of a recent one.
        if let Some(protoc) = &new {
            golden(
                &case.join("protoc.txt"),
                &said(&case, Backend::Protoc, Some(protoc)),
            )?;
        }
        for protoc in protocs() {
            let text = said(&case, Backend::Protoc, Some(&protoc));
            // Wrong for some, and right for this one.
            if case.ends_with("public-chain")
                || case.ends_with("edition") && version(&protoc) >= Some(27)
            {
                continue;
            }
            assert_ne!(
                text,
                "nothing\n",
                "{} by {}",
                case.display(),
                protoc.display()
            );
        }
    }
    Ok(())
}

#[test]
fn an_edition_without_a_protoc_names_the_ways_out() -> Result {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors/edition");
    let none = Path::new("/no/such/protoc");
    let text = said(&case, Backend::Auto, Some(none));
    assert!(
        text.starts_with("main.proto:2:1: a file in an edition needs protoc, but"),
        "{text}"
    );
    assert!(
        text.contains("vendored-protoc") && text.contains("plugin of protoc or buf"),
        "{text}"
    );
    if let Some(old) = protocs().into_iter().find(|path| version(path) < Some(27)) {
        let text = said(&case, Backend::Auto, Some(&old));
        assert!(
            text.starts_with("main.proto:2:1: edition 2023 needs a newer protoc"),
            "{text}"
        );
    }
    Ok(())
}

#[test]
fn what_runs_but_is_no_protoc_is_told_from_one() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/backends/proto3");
    let text = said(&case, Backend::Protoc, Some(Path::new("echo")));
    assert!(text.contains("does not answer as a protoc does"), "{text}");
}

#[test]
fn arguments_are_paths_names_or_folders() -> Result {
    let room = tempfile::tempdir()?;
    let root = room.path().canonicalize()?;
    let write = |name: &str| -> Result {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().ok_or("a parent")?)?;
        Ok(std::fs::write(path, "syntax = \"proto3\";")?)
    };
    for name in ["a/x.proto", "a/b/y.proto", "c/x.proto", "a/z.txt"] {
        write(name)?;
    }
    let names = |files: &[&str], includes: &[&str]| {
        let join = |paths: &[&str]| {
            paths
                .iter()
                .map(|path| root.join(path))
                .collect::<Vec<PathBuf>>()
        };
        let files = files.iter().map(|file| match file.strip_prefix("name:") {
            Some(name) => PathBuf::from(name),
            None => root.join(file),
        });
        let source = Source {
            files: files.collect(),
            includes: join(includes),
            ..Source::default()
        };
        compile(&source)
            .map(|compiled| {
                let request = compiled.request();
                let names = request
                    .to_generate()
                    .iter()
                    .map(|&at| request.files()[at].name().to_owned());
                names.collect::<Vec<_>>().join(" ")
            })
            .map_err(|faults| {
                faults
                    .to_string()
                    .replace(&root.display().to_string(), "ROOT")
            })
    };
    assert_eq!(names(&["a"], &["a"]), Ok("b/y.proto x.proto".to_owned()));
    assert_eq!(names(&["a"], &[""]), Ok("a/b/y.proto a/x.proto".to_owned()));
    assert_eq!(
        names(&["name:b/y.proto", "a/x.proto", "a/./x.proto"], &["a"]),
        Ok("b/y.proto x.proto".to_owned())
    );
    assert_eq!(names(&["a/b/../x.proto"], &["a"]), Ok("x.proto".to_owned()));
    assert_eq!(names(&["c/x.proto"], &["c", "a"]), Ok("x.proto".to_owned()));
    for (files, includes, wanted) in [
        (
            &["c/x.proto"][..],
            &["a"][..],
            "`ROOT/c/x.proto` is in no include directory",
        ),
        (
            &["c/x.proto"],
            &["a", "c"],
            "`ROOT/c/x.proto` is hidden by `ROOT/a/x.proto`",
        ),
        (
            &["a/none.proto"],
            &["a"],
            "the file `ROOT/a/none.proto` does not exist",
        ),
        (
            &["name:none.proto"],
            &["a"],
            "the file `none.proto` does not exist",
        ),
        (
            &["a/x.proto"],
            &["d"],
            "the include directory `ROOT/d` does not exist",
        ),
        (&[], &["a"], "no .proto files are given"),
    ] {
        let text = names(files, includes).err().unwrap_or_default();
        assert!(text.starts_with(wanted), "{text}");
        assert!(text.contains("help: "), "{text}");
    }
    Ok(())
}

fn said(case: &Path, backend: Backend, protoc: Option<&Path>) -> String {
    let text = match compile_folder(case, backend, protoc) {
        Err(faults) => faults.to_string(),
        Ok(compiled) => match lowered(compiled.request()) {
            Err(faults) => faults.to_string(),
            Ok(_) => "nothing".to_owned(),
        },
    };
    let folder = case.display().to_string();
    let text = match protoc {
        Some(protoc) if protoc.is_absolute() => {
            text.replace(&protoc.display().to_string(), "PROTOC")
        }
        _ => text,
    };
    format!("{}\n", text.replace(&folder, "CASE"))
}

/// Chains of imports and of nesting are longer than the stack is deep.
#[test]
fn long_chains_do_not_overflow() -> Result {
    let room = tempfile::tempdir()?;
    for at in 0..3000 {
        let import = if at > 0 {
            format!("import \"f{}.proto\";", at - 1)
        } else {
            String::new()
        };
        let text = format!("syntax = \"proto3\";\npackage p;\n{import}\nmessage M{at} {{}}\n");
        std::fs::write(room.path().join(format!("f{at}.proto")), text)?;
    }
    let source = Source {
        files: vec![room.path().join("f2999.proto")],
        includes: vec![room.path().to_owned()],
        backend: Backend::Pure,
        ..Source::default()
    };
    assert_eq!(compile_with(&source, None)?.request().files().len(), 3000);
    Ok(())
}
