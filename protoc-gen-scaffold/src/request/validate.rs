//! What every protobuf compiler guarantees and later stages rely on.

use crate::descriptor::field_descriptor_proto::Type;
use crate::descriptor::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, Index,
};
use crate::fault::{Fault, Faults};

/// All ways in which the files are not what a compiler would have sent.
pub(super) fn validate(files: &[FileDescriptorProto], index: &Index<'_>) -> Faults {
    let mut found = Found {
        faults: Faults::new(),
        file: "",
        index,
    };
    for (name, first, second) in index.duplicates() {
        found.file = files[*second].name();
        let first = files[*first].name();
        found.push(format!("`{}` is already defined in `{first}`", bare(name)));
    }
    for (at, file) in files.iter().enumerate() {
        found.file = file.name();
        found.file_name(file);
        if index.file(file.name()) != Some(at) {
            found.push("the request holds this file twice".to_owned());
        }
        for name in &file.dependency {
            // Dependencies come first, so an import cycle shows up here too.
            if index.file(name).is_none_or(|dependency| dependency >= at) {
                found.push(format!(
                    "the request does not hold the import `{name}` before it"
                ));
            }
        }
        for segment in file
            .package
            .iter()
            .filter(|p| !p.is_empty())
            .flat_map(|p| p.split('.'))
        {
            found.identifier("a package segment", segment);
        }
        file.message_type
            .iter()
            .for_each(|message| found.message(message));
        file.enum_type
            .iter()
            .for_each(|enumeration| found.enumeration(enumeration));
        for service in &file.service {
            found.identifier("a service", service.name());
            for method in &service.method {
                found.identifier("a method", method.name());
                for name in [method.input_type(), method.output_type()] {
                    if index.message(name).is_none() {
                        found.push(format!(
                            "method `{}.{}` names `{name}`, which is no message",
                            service.name(),
                            method.name()
                        ));
                    }
                }
            }
        }
    }
    found.faults
}

struct Found<'a> {
    faults: Faults,
    file: &'a str,
    index: &'a Index<'a>,
}

// === impl Found ===

impl Found<'_> {
    fn push(&mut self, message: String) {
        self.faults.push(Fault::new(message).at(self.file, (0, 0)));
    }

    fn identifier(&mut self, what: &str, name: &str) {
        let mut bytes = name.bytes();
        let starts = bytes
            .next()
            .is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
        if !starts || !bytes.all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            self.push(format!("{what} is called {name:?}, which is no identifier"));
        }
    }

    /// Names of files end up in comments and messages, never in paths; still, a
    /// name that points out of the tree is a sign of nothing good.
    fn file_name(&mut self, file: &FileDescriptorProto) {
        let name = file.name();
        let escapes = name.starts_with('/')
            || name.contains(['\\', '\0', '\n', '\r'])
            || name.split('/').any(|part| matches!(part, "" | "." | ".."))
            || name
                .split('/')
                .next()
                .is_some_and(|first| first.ends_with(':'));
        if escapes {
            self.push(format!(
                "{name:?} is not the name of a file: it must be relative, without `.`, `..` or backslashes"
            ));
        }
    }

    fn message(&mut self, message: &DescriptorProto) {
        self.identifier("a message", message.name());
        message
            .nested_type
            .iter()
            .for_each(|nested| self.message(nested));
        message
            .enum_type
            .iter()
            .for_each(|nested| self.enumeration(nested));
        message
            .oneof_decl
            .iter()
            .for_each(|oneof| self.identifier("a oneof", oneof.name()));
        message
            .field
            .iter()
            .for_each(|field| self.field(message, field));
        if message.is_map_entry() {
            let names: Vec<_> = message
                .field
                .iter()
                .map(FieldDescriptorProto::name)
                .collect();
            if names != ["key", "value"] || !message.nested_type.is_empty() {
                self.push(format!(
                    "map entry `{}` is not a key and a value",
                    message.name()
                ));
            }
        }
    }

    fn field(&mut self, message: &DescriptorProto, field: &FieldDescriptorProto) {
        self.identifier("a field", field.name());
        let of = |text: &str| format!("field `{}.{}` {text}", message.name(), field.name());
        match field.r#type.map(Type::try_from) {
            Some(Ok(Type::Message | Type::Group)) => {
                if self.index.message(field.type_name()).is_none() {
                    self.push(of(&format!(
                        "names `{}`, which is no message",
                        field.type_name()
                    )));
                }
            }
            Some(Ok(Type::Enum)) => {
                if self.index.enumeration(field.type_name()).is_none() {
                    self.push(of(&format!(
                        "names `{}`, which is no enum",
                        field.type_name()
                    )));
                }
            }
            Some(Ok(_)) => {}
            Some(Err(_)) | None => self.push(of("has no type")),
        }
        if !(1..=0x1fff_ffff).contains(&field.number()) {
            self.push(of(&format!("has the number {}", field.number())));
        }
        let oneofs = message.oneof_decl.len();
        if field
            .oneof_index
            .is_some_and(|at| usize::try_from(at).map_or(true, |at| at >= oneofs))
        {
            self.push(of("belongs to a oneof that is not there"));
        }
    }

    fn enumeration(&mut self, enumeration: &EnumDescriptorProto) {
        self.identifier("an enum", enumeration.name());
        if enumeration.value.is_empty() {
            self.push(format!("enum `{}` has no values", enumeration.name()));
        }
        for value in &enumeration.value {
            self.identifier("an enum value", value.name());
        }
    }
}

fn bare(name: &str) -> &str {
    name.trim_start_matches('.')
}
