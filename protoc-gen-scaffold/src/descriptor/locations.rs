//! Where things stand in their source file, and the comments on them.

use prost::Message;
use prost::bytes::Bytes;

/// Places and comments of one file, looked up by descriptor path.
///
/// A file has some forty locations for each message, so they are kept flat: one
/// arena of path elements, one sorted table of records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Locations {
    elements: Vec<i32>,
    records: Vec<Record>,
    comments: Vec<Comments>,
}

/// One place, with its comments. Line and column count from one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Location<'a> {
    /// Line, from one.
    pub line: u32,
    /// Column in characters, from one.
    pub column: u32,
    /// The comment above.
    pub leading: Option<&'a str>,
    /// The comment below or beside.
    pub trailing: Option<&'a str>,
    /// Comments further above, set off by blank lines.
    pub detached: &'a [String],
}

#[derive(Clone, Debug, PartialEq)]
struct Record {
    start: u32,
    len: u32,
    line: u32,
    column: u32,
    /// Into `comments`; `NONE` if there are none.
    comments: u32,
}

const NONE: u32 = u32::MAX;

#[derive(Clone, Debug, PartialEq)]
struct Comments {
    leading: Option<String>,
    trailing: Option<String>,
    detached: Vec<String>,
}

/// `SourceCodeInfo`, its locations left encoded: one is decoded at a time.
#[derive(Clone, PartialEq, Message)]
struct SourceCodeInfo {
    #[prost(bytes = "bytes", repeated, tag = "1")]
    location: Vec<Bytes>,
}

#[derive(Clone, PartialEq, Message)]
struct Encoded {
    #[prost(int32, repeated, tag = "1")]
    path: Vec<i32>,
    #[prost(int32, repeated, tag = "2")]
    span: Vec<i32>,
    #[prost(string, optional, tag = "3")]
    leading_comments: Option<String>,
    #[prost(string, optional, tag = "4")]
    trailing_comments: Option<String>,
    #[prost(string, repeated, tag = "6")]
    leading_detached_comments: Vec<String>,
}

// === impl Locations ===

impl Locations {
    /// Reads an encoded `SourceCodeInfo`. Places that do not decode are left
    /// out: they are hints for people, never a reason to refuse a file.
    pub fn decode(bytes: Bytes) -> Self {
        let info = SourceCodeInfo::decode(bytes).unwrap_or_default();
        let mut locations = Self::default();
        let mut one = Encoded::default();
        for bytes in info.location {
            one.clear();
            if one.merge(bytes).is_ok() {
                locations.push(&mut one);
            }
        }
        let elements = &locations.elements;
        // Stable: of several places with one path the first stays first, which
        // is the one that is found.
        locations
            .records
            .sort_by(|a, b| a.path(elements).cmp(b.path(elements)));
        locations
            .records
            .dedup_by(|b, a| a.path(elements) == b.path(elements));
        locations
    }

    /// The place of a descriptor path such as `[4, 0, 2, 1]`.
    pub fn get(&self, path: &[i32]) -> Option<Location<'_>> {
        let at = self
            .records
            .binary_search_by(|record| record.path(&self.elements).cmp(path))
            .ok()?;
        let record = &self.records[at];
        let comments = self.comments.get(record.comments as usize);
        Some(Location {
            line: record.line,
            column: record.column,
            leading: comments.and_then(|c| c.leading.as_deref()),
            trailing: comments.and_then(|c| c.trailing.as_deref()),
            detached: comments.map_or(&[], |c| &c.detached),
        })
    }

    /// The nearest place at or above a path, for a message that must point
    /// somewhere: `(1, 1)` if the file has no places.
    pub fn nearest(&self, path: &[i32]) -> (u32, u32) {
        (0..=path.len())
            .rev()
            .find_map(|len| self.get(&path[..len]))
            .map_or((1, 1), |location| (location.line, location.column))
    }

    fn push(&mut self, one: &mut Encoded) {
        let [line, column, ..] = one.span[..] else {
            return;
        };
        let (Ok(line), Ok(column)) = (u32::try_from(line), u32::try_from(column)) else {
            return;
        };
        let has_comments = one.leading_comments.is_some()
            || one.trailing_comments.is_some()
            || !one.leading_detached_comments.is_empty();
        self.records.push(Record {
            start: self.elements.len() as u32,
            len: one.path.len() as u32,
            line: line.saturating_add(1),
            column: column.saturating_add(1),
            comments: if has_comments {
                self.comments.len() as u32
            } else {
                NONE
            },
        });
        self.elements.extend_from_slice(&one.path);
        if has_comments {
            self.comments.push(Comments {
                leading: one.leading_comments.take(),
                trailing: one.trailing_comments.take(),
                detached: std::mem::take(&mut one.leading_detached_comments),
            });
        }
    }
}

// === impl Record ===

impl Record {
    fn path<'a>(&self, elements: &'a [i32]) -> &'a [i32] {
        &elements[self.start as usize..][..self.len as usize]
    }
}
