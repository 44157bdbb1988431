//! The head of a request, whoever carried it.

use scaffold_http2::{Head, Name};

/// What the door looks at: a header section of our own connection, or the head
/// of an `http` request.
pub(super) trait RequestHead {
    /// The method.
    fn method(&self) -> &[u8];

    /// The path, with what may follow behind a question mark.
    fn path(&self) -> &[u8];

    /// The value of the first field with this name.
    fn get(&self, name: Name) -> Option<&[u8]>;

    /// All fields, in lower case, repeated ones repeated.
    fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])>;
}

impl RequestHead for Head<'_> {
    fn method(&self) -> &[u8] {
        Head::method(self)
    }

    fn path(&self) -> &[u8] {
        Head::path(self)
    }

    fn get(&self, name: Name) -> Option<&[u8]> {
        Head::get(self, name)
    }

    fn fields(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        Head::fields(self)
    }
}
