//! The program: what protoc says to it, and what nobody should.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use prost::Message;
use protoc_gen_scaffold::descriptor::{CodeGeneratorRequest, CodeGeneratorResponse};

fn run(arguments: &[&str], stdin: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_protoc-gen-scaffold"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // It may end before it has read all.
    child.stdin.take().expect("a pipe").write_all(stdin).ok();
    child.wait_with_output().expect("it ends")
}

/// The request that protoc would send for the case `shapes`.
fn request() -> CodeGeneratorRequest {
    use protoc_gen_scaffold::compile::{Backend, Source, compile};
    let proto = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/shapes/proto");
    let compiled = compile(&Source {
        files: vec![proto.clone()],
        includes: vec![proto],
        backend: Backend::Pure,
        parameter: String::new(),
    });
    let compiled = compiled.expect("it compiles");
    let request = compiled.request();
    CodeGeneratorRequest {
        file_to_generate: vec!["user/v1/user.proto".to_owned()],
        parameter: Some("mount=tree".to_owned()),
        proto_file: request.bytes().to_vec(),
        ..Default::default()
    }
}

fn response(output: &Output) -> CodeGeneratorResponse {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.stderr.is_empty());
    CodeGeneratorResponse::decode(&output.stdout[..]).expect("nothing but a response")
}

#[test]
fn a_request_is_answered() {
    let response = response(&run(&[], &request().encode_to_vec()));
    assert_eq!(response.error, None);
    assert_eq!(response.supported_features, Some(3));
    assert_eq!(
        (response.minimum_edition, response.maximum_edition),
        (Some(998), Some(1001))
    );
    let names: Vec<&str> = response.file.iter().map(|file| file.name()).collect();
    assert_eq!(names, ["user.v1.rs", "mod.rs"]);
}

#[test]
fn faults_of_the_user_are_in_the_response() {
    let mut request = request();
    request.parameter = Some("mont=tree".to_owned());
    let response = response(&run(&[], &request.encode_to_vec()));
    assert!(response.file.is_empty());
    assert!(
        response.error().contains("did you mean `mount`?"),
        "{}",
        response.error()
    );
}

#[test]
fn what_is_no_request_is_an_error() {
    let whole = request().encode_to_vec();
    let mut missing = request();
    missing.file_to_generate = vec!["other.proto".to_owned()];
    let mut dangling = request();
    dangling.proto_file.remove(0);
    let mut twice = request();
    twice.proto_file.push(twice.proto_file[0].clone());
    let huge_length = [0x7a, 0xff, 0xff, 0xff, 0xff, 0x07];
    for (bytes, said) in [
        (&whole[..whole.len() / 2], "is not a CodeGeneratorRequest"),
        (
            &b"GET / HTTP/1.1\r\n\r\n"[..],
            "is not a CodeGeneratorRequest",
        ),
        (&huge_length[..], "is not a CodeGeneratorRequest"),
        (&missing.encode_to_vec(), "does not hold it"),
        (&dangling.encode_to_vec(), "does not hold the import"),
        (&twice.encode_to_vec(), "holds this file twice"),
    ] {
        let output = run(&[], bytes);
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(output.stdout.is_empty());
        assert!(error.contains(said), "{error}");
        assert!(!error.contains("panicked"), "{error}");
    }
}

#[test]
fn names_that_are_paths_are_refused() {
    for name in [
        "../../etc/x.proto",
        "/etc/x.proto",
        "C:/x.proto",
        "a\\b.proto",
        "a/./b.proto",
        "a//b",
        "",
    ] {
        let file = protoc_gen_scaffold::descriptor::FileDescriptorProto {
            name: Some(name.to_owned()),
            syntax: Some("proto3".to_owned()),
            ..Default::default()
        };
        refused(file, name);
    }
    for package in ["../x", "a..b", "a/b", "a.b\n", "x;fn", "é"] {
        let file = protoc_gen_scaffold::descriptor::FileDescriptorProto {
            name: Some("x.proto".to_owned()),
            package: Some(package.to_owned()),
            ..Default::default()
        };
        refused(file, "x.proto");
    }
}

fn refused(file: protoc_gen_scaffold::descriptor::FileDescriptorProto, name: &str) {
    let request = CodeGeneratorRequest {
        file_to_generate: vec![name.to_owned()],
        proto_file: vec![file.encode_to_vec().into()],
        ..Default::default()
    };
    let answer = protoc_gen_scaffold::plugin::respond(request.encode_to_vec());
    assert!(answer.is_err(), "{file:?}");
}

/// Requests with bytes changed, at random but the same each time. Whatever
/// comes of it, it is an answer or an error. `SCAFFOLD_FUZZ` says how many.
#[test]
fn no_bytes_make_it_panic() {
    let whole = request().encode_to_vec();
    let mut seed: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut next = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    let (mut answers, mut errors) = (0, 0);
    let rounds = std::env::var("SCAFFOLD_FUZZ").ok();
    for _ in 0..rounds.map_or(1500, |rounds| rounds.parse().expect("a number")) {
        let mut bytes = whole.clone();
        for _ in 0..=next() % 4 {
            let at = (next() % bytes.len() as u64) as usize;
            match next() % 3 {
                0 => bytes[at] = next() as u8,
                1 => bytes[at] ^= 1 << (next() % 8),
                _ => bytes.truncate(at.max(1)),
            }
        }
        match protoc_gen_scaffold::plugin::respond(bytes) {
            Ok(_) => answers += 1,
            Err(_) => errors += 1,
        }
    }
    assert!(
        answers > 0 && errors > 0,
        "{answers} answers, {errors} errors"
    );
}

#[test]
fn the_command_line() {
    let version = run(&["--version"], b"");
    assert!(String::from_utf8_lossy(&version.stdout).starts_with("protoc-gen-scaffold "));
    let help = run(&["--help"], b"");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    for (option, _, _) in protoc_gen_scaffold::OPTIONS {
        assert!(help.contains(option), "{option}");
    }
    assert_eq!(run(&["--nonsense"], b"").status.code(), Some(2));

    let folder = tempfile::tempdir().expect("a folder");
    let written = run(
        &["--write-protos", folder.path().to_str().expect("text")],
        b"",
    );
    assert!(written.status.success());
    let proto = folder.path().join("scaffold/v1/annotations.proto");
    assert!(
        std::fs::read_to_string(proto)
            .expect("text")
            .contains("package scaffold.v1;")
    );
}

/// Messages in a chain of two thousand, each with two fields of the next, at
/// the end of which something is sensitive: more paths than there is time.
#[test]
fn deep_schemas_end() {
    use protoc_gen_scaffold::descriptor::{
        DescriptorProto, FieldDescriptorProto, FieldOptions, FieldPolicy, FileDescriptorProto,
        MethodDescriptorProto, ServiceDescriptorProto, field_descriptor_proto::Type,
    };
    let field =
        |name: &str, number, r#type: Type, type_name: Option<String>| FieldDescriptorProto {
            name: Some(name.to_owned()),
            number: Some(number),
            label: Some(1),
            r#type: Some(r#type as i32),
            type_name,
            ..Default::default()
        };
    let mut messages: Vec<DescriptorProto> = (0..2_000)
        .map(|at| {
            let next = Some(format!(".deep.M{}", at + 1));
            DescriptorProto {
                name: Some(format!("M{at}")),
                field: vec![
                    field("a", 1, Type::Message, next.clone()),
                    field("b", 2, Type::Message, next),
                ],
                ..Default::default()
            }
        })
        .collect();
    let mut secret = field("secret", 1, Type::String, None);
    secret.options = Some(FieldOptions {
        policy: Some(FieldPolicy {
            sensitive: Some(true),
        }),
        ..Default::default()
    });
    messages.push(DescriptorProto {
        name: Some("M2000".to_owned()),
        field: vec![secret],
        ..Default::default()
    });
    let file = FileDescriptorProto {
        name: Some("deep.proto".to_owned()),
        package: Some("deep".to_owned()),
        syntax: Some("proto3".to_owned()),
        message_type: messages,
        service: vec![ServiceDescriptorProto {
            name: Some("S".to_owned()),
            method: vec![MethodDescriptorProto {
                name: Some("Get".to_owned()),
                input_type: Some(".deep.M0".to_owned()),
                output_type: Some(".deep.M1990".to_owned()),
                ..Default::default()
            }],
            ..Default::default()
        }],
        ..Default::default()
    };
    let request = CodeGeneratorRequest {
        file_to_generate: vec!["deep.proto".to_owned()],
        proto_file: vec![file.encode_to_vec().into()],
        ..Default::default()
    };
    let response = response(&run(&[], &request.encode_to_vec()));
    assert_eq!(response.error, None);
    assert_eq!(response.file.len(), 2);
}
