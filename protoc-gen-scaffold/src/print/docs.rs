//! Comments put back where their markers stand.

use crate::lower::doc_number;

/// Copies a printed text, and writes each comment in the place of its marker.
pub(super) fn put_back(text: &str, docs: &[String], out: &mut String) {
    for line in text.lines() {
        let code = line.trim_start();
        match code.strip_prefix("///").and_then(doc_number) {
            Some(number) => {
                let indent = &line[..line.len() - code.len()];
                write(&docs[number], indent, out);
            }
            None => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
}

/// Writes the lines of a comment that was made safe.
fn write(docs: &str, indent: &str, out: &mut String) {
    for line in docs.split('\n') {
        out.push_str(indent);
        out.push_str("///");
        if !line.is_empty() {
            out.push(' ');
            out.push_str(line);
        }
        out.push('\n');
    }
}
