//! `FILE_DESCRIPTORS`. Printed as text: a megabyte of bytes needs no syntax tree.

use super::rt;
use crate::model::Package;
use crate::options::{Options, Visibility};

/// Writes the static, given the encoded files that the package carries.
pub(super) fn descriptors(
    package: &Package,
    files: impl Iterator<Item = Vec<u8>>,
    options: &Options,
    text: &mut String,
) {
    let r#type = rt::descriptors(options);
    let visibility = match options.visibility {
        Visibility::Public => "pub",
        Visibility::Crate => "pub(crate)",
    };
    text.push_str("/// The descriptors of this package's files, for reflection.\n");
    text.push_str(&format!(
        "{visibility} static FILE_DESCRIPTORS: {type} = {type}::new(\n    &[\n"
    ));
    for file in files {
        text.push_str("        b\"");
        escape(&file, text);
        text.push_str("\",\n");
    }
    text.push_str("    ],\n    &[");
    for path in &package.descriptors.packages {
        text.push_str("\n        &");
        text.push_str(path);
        text.push(',');
    }
    if !package.descriptors.packages.is_empty() {
        text.push_str("\n    ");
    }
    text.push_str("],\n);\n");
}

/// Bytes in lines of a bearable length.
fn escape(bytes: &[u8], text: &mut String) {
    const LINE: usize = 90;
    let mut start = text.len();
    for (at, &byte) in bytes.iter().enumerate() {
        // A broken line swallows the blanks in front of the next one.
        if text.len() - start >= LINE && !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
            text.push_str("\\\n          ");
            start = text.len();
        }
        match byte {
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            0 if !bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => text.push_str("\\0"),
            b' '..=b'~' => text.push(char::from(byte)),
            _ => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                text.push_str("\\x");
                text.push(char::from(HEX[usize::from(byte >> 4)]));
                text.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    }
}
