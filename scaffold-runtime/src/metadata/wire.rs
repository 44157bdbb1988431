//! Metadata as header fields, both ways.

use bytes::Bytes;
use scaffold_http2::{Field, Head, Indexing};

use super::entry::is_printable;
use super::{Metadata, is_reserved};

impl Metadata {
    /// All regular fields of a header section, those of the protocol too.
    pub(crate) fn from_head(head: &Head<'_>) -> Metadata {
        Metadata::all_from_fields(head.fields())
    }

    /// All of these fields.
    pub(crate) fn all_from_fields<'a>(
        fields: impl Iterator<Item = (&'a [u8], &'a [u8])>,
    ) -> Metadata {
        Metadata::from_fields(fields, |_| true)
    }

    /// Those of a request's fields that belong to people.
    pub(crate) fn user_from_fields<'a>(
        fields: impl Iterator<Item = (&'a [u8], &'a [u8])>,
    ) -> Metadata {
        Metadata::from_fields(fields, is_users)
    }

    /// Whether this is what [`user_from_fields`](Metadata::user_from_fields) gives.
    pub(crate) fn is_of(&self, head: &Head<'_>) -> bool {
        let mut own = self.entries().iter();
        for (name, value) in head.fields() {
            let Ok(name) = std::str::from_utf8(name) else {
                continue;
            };
            if is_users(name) && is_value(value) {
                match own.next() {
                    Some(entry) if entry.name == name && entry.value == value => {}
                    _ => return false,
                }
            }
        }
        own.next().is_none()
    }

    fn from_fields<'a>(
        fields: impl Iterator<Item = (&'a [u8], &'a [u8])>,
        keep: impl Fn(&str) -> bool,
    ) -> Metadata {
        let mut metadata = Metadata::new();
        for (name, value) in fields {
            if let Ok(name) = std::str::from_utf8(name)
                && keep(name)
            {
                metadata.push_wire(name, Bytes::copy_from_slice(value));
            }
        }
        metadata
    }

    /// The pairs as fields to send. Secrets are never indexed, neither here
    /// nor at any hop (RFC 7541 section 7.1.3).
    pub(crate) fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        self.entries().iter().map(|entry| {
            let indexing = match &*entry.name {
                "authorization" | "cookie" => Indexing::Never,
                _ => Indexing::Without,
            };
            Field::new(entry.name.as_bytes(), &entry.value[..]).indexing(indexing)
        })
    }
}

/// Whether a name belongs to people.
fn is_users(name: &str) -> bool {
    !is_reserved(name) || name == "grpc-previous-rpc-attempts"
}

/// Whether metadata can have this value.
fn is_value(value: &[u8]) -> bool {
    value.iter().all(|&c| is_printable(c))
}
