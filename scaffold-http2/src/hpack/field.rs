//! A field to be sent, and how the peer may remember it.

/// How a field may be kept in the compression table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Indexing {
    /// Written out each time. Right for values that hardly repeat: an insert
    /// would push out what does repeat.
    #[default]
    Without,
    /// Put into the dynamic table, one byte from the second time on. Right
    /// for values that nearly every message of a connection carries.
    Insert,
    /// Written out, and no hop on the way may index it either: secrets
    /// (RFC 7541 section 7.1.3).
    Never,
}

/// One header field to send.
///
/// ```
/// use scaffold_http2::{Field, Indexing};
///
/// let token = Field::new("authorization", "Bearer x").indexing(Indexing::Never);
/// assert_eq!(token.name, b"authorization");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// Lower case.
    pub name: &'a [u8],
    /// Any bytes but NUL, CR and LF.
    pub value: &'a [u8],
    /// Whether the peer may keep it.
    pub indexing: Indexing,
}

impl<'a> Field<'a> {
    /// A field that is not indexed.
    pub fn new<N, V>(name: &'a N, value: &'a V) -> Self
    where
        N: AsRef<[u8]> + ?Sized,
        V: AsRef<[u8]> + ?Sized,
    {
        Self {
            name: name.as_ref(),
            value: value.as_ref(),
            indexing: Indexing::Without,
        }
    }

    /// The same with another policy.
    #[must_use]
    pub const fn indexing(mut self, indexing: Indexing) -> Self {
        self.indexing = indexing;
        self
    }
}
