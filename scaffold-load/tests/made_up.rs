//! Requests that nobody made: from the service's descriptors.

mod fake;

use fake::{Behaviour, Silent, plan, start};
use prost::Message;
use scaffold_load::{Exit, Plan, run};
use scaffold_runtime::codegen::prost_types::field_descriptor_proto::{Label, Type};
use scaffold_runtime::codegen::prost_types::{
    DescriptorProto, FieldDescriptorProto, FileDescriptorProto, MethodDescriptorProto,
    ServiceDescriptorProto,
};
use scaffold_runtime::{CallShape, Descriptors, MethodSpec, ServiceSpec};

/// `fake.Fake` with one method, whose request has an `email`.
fn driver() -> Silent {
    let field = FieldDescriptorProto {
        name: Some("email".to_owned()),
        number: Some(1),
        label: Some(Label::Optional.into()),
        r#type: Some(Type::String.into()),
        ..Default::default()
    };
    let message = DescriptorProto {
        name: Some("Text".to_owned()),
        field: vec![field],
        ..Default::default()
    };
    let method = MethodDescriptorProto {
        name: Some("Plain".to_owned()),
        input_type: Some(".fake.Text".to_owned()),
        output_type: Some(".fake.Text".to_owned()),
        ..Default::default()
    };
    let file = FileDescriptorProto {
        name: Some("fake.proto".to_owned()),
        package: Some("fake".to_owned()),
        syntax: Some("proto3".to_owned()),
        message_type: vec![message],
        service: vec![ServiceDescriptorProto {
            name: Some("Fake".to_owned()),
            method: vec![method],
            ..Default::default()
        }],
        ..Default::default()
    };
    let file: &'static [u8] = file.encode_to_vec().leak();
    let descriptors = Box::leak(Box::new(Descriptors::new(vec![file].leak(), &[])));
    let methods = vec![MethodSpec::new("/fake.Fake/Plain", CallShape::Unary)].leak();
    Silent(Box::leak(Box::new(ServiceSpec::new(
        "fake.Fake",
        methods,
        Some(descriptors),
    ))))
}

fn texts(change: impl FnOnce(Plan) -> Plan) -> Vec<String> {
    let server = start(Behaviour::default());
    let plan = change(plan(&server, "Plain", 100.0, 300));
    let run = run(driver(), plan).expect("a run");
    assert_eq!(run.record.methods[0].response_ok.len(), 30);
    let mut texts = server.seen.texts.lock().expect("texts").clone();
    texts.sort();
    texts
}

#[test]
fn messages_are_made_from_the_descriptors_and_a_seed() {
    let usual = texts(|plan| plan);
    assert_eq!(usual.len(), 30);
    assert!(usual.iter().all(|text| text.contains('@')), "{usual:?}");
    assert_eq!(usual, texts(|plan| plan));
    assert_eq!(
        usual,
        texts(|plan| Plan {
            unique: true,
            ..plan
        })
    );
    assert_ne!(usual, texts(|plan| Plan { seed: 2, ..plan }));
}

#[test]
fn a_file_says_more() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    let of = |text: &str| {
        std::fs::write(file.path(), text).expect("written");
        Some(file.path().to_owned())
    };
    let payload_file = of("[payload]\n'fake.Text.email' = 'me@example.com'\n");
    let said = texts(|plan| Plan {
        payload_file,
        ..plan
    });
    assert!(said.iter().all(|text| text == "me@example.com"), "{said:?}");

    let server = start(Behaviour::default());
    let wrong = Plan {
        payload_file: of("[payload]\nx = {}\n"),
        ..plan(&server, "Plain", 100.0, 300)
    };
    let fault = run(driver(), wrong).expect_err("no run");
    assert_eq!(fault.exit(), Exit::Usage, "{fault}");
}
