//! Comments, set aside: prost-build gets a marker for each, and a location for
//! every path it asks for.
//!
//! prost-build pastes comments into the text it prints and changes them on the
//! way. A marker passes through untouched, and the stage that owns the printed
//! text puts the comment back in a form that no comment can break out of.

use prost_types::source_code_info::Location;

use crate::descriptor::Locations;

const OPEN: &str = "@@scaffold-doc:";
const CLOSE: &str = "@@";

/// The text that stands for comment `number` in prost-build's output.
pub fn doc_marker(number: usize) -> String {
    format!("{OPEN}{number}{CLOSE}")
}

/// The number in a line of text that is a marker and nothing else.
pub fn doc_number(line: &str) -> Option<usize> {
    line.trim()
        .strip_prefix(OPEN)?
        .strip_suffix(CLOSE)?
        .parse()
        .ok()
}

/// The comments of all files, by number.
#[derive(Debug, Default)]
pub(super) struct Docs(pub(super) Vec<String>);

// === impl Docs ===

impl Docs {
    /// A location for a path, with a marker if something is written there.
    pub(super) fn location(&mut self, path: &[i32], locations: &Locations) -> Location {
        let comment = locations.get(path).and_then(|at| {
            match (at.leading, at.trailing) {
                (Some(leading), Some(trailing)) => {
                    Some(format!("{}\n\n{trailing}", leading.trim_end()))
                }
                (one, other) => one.or(other).map(str::to_owned),
            }
            .filter(|text| !text.trim().is_empty())
        });
        Location {
            path: path.to_vec(),
            span: Vec::new(),
            leading_comments: comment.map(|text| {
                self.0.push(text);
                doc_marker(self.0.len() - 1)
            }),
            trailing_comments: None,
            leading_detached_comments: Vec::new(),
        }
    }
}
