//! A reflection request and its answer, whatever the protocol's version.

use std::collections::HashSet;

use bytes::Bytes;

use super::index::Index;
use crate::Code;

/// What is asked.
pub(super) enum Ask<'a> {
    File(&'a str),
    Symbol(&'a str),
    Extension(&'a str, i32),
    ExtensionNumbers(&'a str),
    Services,
    Nothing,
}

/// What is answered.
pub(super) enum Answer {
    Files(Vec<Bytes>),
    ExtensionNumbers(String, Vec<i32>),
    Services(Vec<String>),
    Error(Code, String),
}

/// Answers one request of a stream; `sent` are the paths of the files that the
/// stream has carried, which need not travel twice.
pub(super) fn answer(index: &Index, sent: &mut HashSet<String>, ask: &Ask<'_>) -> Answer {
    match *ask {
        Ask::File(path) => files(index, sent, Some(path), path),
        Ask::Symbol(symbol) => files(index, sent, index.path_of_symbol(symbol), symbol),
        Ask::Extension(extendee, number) => files(
            index,
            sent,
            index.path_of_extension(extendee, number),
            extendee,
        ),
        Ask::ExtensionNumbers(extendee) => index.extension_numbers(extendee).map_or_else(
            || missing(extendee),
            |numbers| Answer::ExtensionNumbers(extendee.to_owned(), numbers),
        ),
        Ask::Services => Answer::Services(index.services().cloned().collect()),
        Ask::Nothing => Answer::Error(
            Code::InvalidArgument,
            "the request asks for nothing that this server knows".to_owned(),
        ),
    }
}

fn missing(what: &str) -> Answer {
    Answer::Error(Code::NotFound, format!("not found: {what}"))
}

/// The file at a path, then all that it imports and `sent` does not have.
fn files(index: &Index, sent: &mut HashSet<String>, path: Option<&str>, what: &str) -> Answer {
    let Some((path, file)) = path.and_then(|path| Some((path, index.file(path)?))) else {
        return missing(what);
    };
    let mut found = vec![Bytes::from_static(file.encoded)];
    sent.insert(path.to_owned());
    let mut open: Vec<&String> = file.imports.iter().rev().collect();
    while let Some(next) = open.pop() {
        if let Some(file) = index.file(next)
            && sent.insert(next.clone())
        {
            found.push(Bytes::from_static(file.encoded));
            open.extend(file.imports.iter().rev());
        }
    }
    Answer::Files(found)
}
