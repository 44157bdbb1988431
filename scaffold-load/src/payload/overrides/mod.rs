//! What a person says of single fields: the table `[payload]` of
//! `loadtest.toml`. docs/payloads.md is its reference.

mod bind;
mod column;
mod distribution;
mod read;
mod resolve;
mod template;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use resolve::{Branch, Resolved};

use super::make::{Numeric, Size, Source, Template};

/// Overrides, read from TOML and not yet compared with any message. Cheap to
/// clone.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    pub(crate) changes: Arc<[Change]>,
    pub(crate) settings: Settings,
}

/// Options that the file may set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) seed: Option<u64>,
    pub(crate) max_size: Option<usize>,
    pub(crate) max_items: Option<u32>,
    pub(crate) max_depth: Option<u32>,
    pub(crate) max_recursion: Option<u32>,
    pub(crate) fill: Option<f64>,
}

/// One key of the table.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) file: Arc<str>,
    pub(crate) line: usize,
    pub(crate) key: String,
    pub(crate) value: Option<Distribution>,
    /// The share of payloads that have the field.
    pub(crate) present: Option<f64>,
    /// How many elements, at least and at most.
    pub(crate) items: Option<(u64, u64)>,
    /// Full names of the messages that an `Any` holds.
    pub(crate) any: Option<Vec<String>>,
}

/// Where values come from.
#[derive(Clone, Debug)]
pub(crate) enum Distribution {
    Listed(Source<Literal>),
    Numeric(Numeric),
    Template(Template),
    Size(Size),
}

/// A value as it was written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Whole(i128),
    Real(f64),
    Bool(bool),
    Text(String),
    /// Paths of a field mask.
    Texts(Vec<String>),
}

// === impl Overrides ===

impl Overrides {
    /// Whether nothing is overridden.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

// === impl Change ===

impl Change {
    pub(crate) fn fault(&self, message: impl Into<String>) -> super::Fault {
        super::Fault::new(&self.key, message).at(&self.file, self.line)
    }
}

pub(crate) type Fields<'a> = BTreeMap<(usize, String), &'a Change>;
