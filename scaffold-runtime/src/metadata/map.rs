//! The ordered multimap.

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine as _;
use bytes::Bytes;

use super::entry::{BASE64, Entry, InvalidMetadata, binary, is_printable, text};
use super::name;

/// The metadata of a call: an ordered multimap from lower-case names to values.
///
/// A name that ends in `-bin` holds bytes, all others hold printable ASCII
/// (gRPC, PROTOCOL-HTTP2.md, "Custom-Metadata"). Names that belong to the
/// protocol (`grpc-*`, `content-type`, `te`, ...) may be put into the map and
/// are left out when it is sent.
///
/// ```
/// # fn main() -> Result<(), scaffold_runtime::Status> {
/// let mut metadata = scaffold_runtime::Metadata::new();
/// metadata.insert("X-Tenant", "blue")?;
/// metadata.insert_bin("trace-bin", b"\x00\x01")?;
/// assert_eq!(metadata.get("x-tenant"), Some("blue"));
/// assert_eq!(metadata.get_bin("trace-bin").as_deref(), Some(&b"\x00\x01"[..]));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Metadata {
    /// Shared between clones until one of them changes: the calls of a client
    /// bring the same pairs again and again.
    entries: Option<Arc<Vec<Entry>>>,
}

/// Iterates over the pairs of a [`Metadata`], in order.
#[derive(Clone)]
pub struct Iter<'a> {
    entries: std::slice::Iter<'a, Entry>,
}

// === impl Metadata ===

impl Metadata {
    /// An empty map. Allocates nothing.
    pub const fn new() -> Metadata {
        Metadata { entries: None }
    }

    /// Sets a text value, and drops the values that the name had.
    ///
    /// # Errors
    ///
    /// [`InvalidMetadata`] if the name is not `[0-9a-zA-Z_.-]+`, ends in
    /// `-bin`, or if the value has characters other than printable ASCII.
    pub fn insert(&mut self, name: &str, value: &str) -> Result<(), InvalidMetadata> {
        let entry = text(name, value)?;
        self.replace(entry);
        Ok(())
    }

    /// Adds a text value to those that the name has.
    ///
    /// # Errors
    ///
    /// As [`insert`](Metadata::insert).
    pub fn append(&mut self, name: &str, value: &str) -> Result<(), InvalidMetadata> {
        self.list().push(text(name, value)?);
        Ok(())
    }

    /// Sets a binary value, and drops the values that the name had.
    ///
    /// # Errors
    ///
    /// [`InvalidMetadata`] if the name is not valid or does not end in `-bin`.
    pub fn insert_bin(
        &mut self,
        name: &str,
        value: impl AsRef<[u8]>,
    ) -> Result<(), InvalidMetadata> {
        let entry = binary(name, value.as_ref())?;
        self.replace(entry);
        Ok(())
    }

    /// Adds a binary value to those that the name has.
    ///
    /// # Errors
    ///
    /// As [`insert_bin`](Metadata::insert_bin).
    pub fn append_bin(
        &mut self,
        name: &str,
        value: impl AsRef<[u8]>,
    ) -> Result<(), InvalidMetadata> {
        self.list().push(binary(name, value.as_ref())?);
        Ok(())
    }

    /// The first value of a name. For a `-bin` name this is the base64 text;
    /// see [`get_bin`](Metadata::get_bin).
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// All values of a name, in order.
    pub fn get_all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.iter()
            .filter(move |(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The first binary value of a name. `None` if there is none or if it is
    /// not base64.
    pub fn get_bin(&self, name: &str) -> Option<Bytes> {
        self.get_all_bin(name).next()
    }

    /// All binary values of a name, in order, without those that are not
    /// base64. A peer may join several values with commas; they come apart here.
    pub fn get_all_bin<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Bytes> + 'a {
        self.get_all(name)
            .filter(|_| name.len() >= 4 && name[name.len() - 4..].eq_ignore_ascii_case("-bin"))
            .flat_map(|value| value.split(','))
            .filter_map(|part| BASE64.decode(part.trim()).ok())
            .map(Bytes::from)
    }

    /// Drops all values of a name; says whether there was one.
    pub fn remove(&mut self, name: &str) -> bool {
        let had = self.contains(name);
        if had {
            self.list()
                .retain(|entry| !entry.name.eq_ignore_ascii_case(name));
        }
        had
    }

    /// Whether the name has a value.
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// All pairs, in order. Values of `-bin` names are base64 text.
    pub fn iter(&self) -> Iter<'_> {
        Iter {
            entries: self.entries().iter(),
        }
    }

    /// The number of pairs.
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Whether there is no pair.
    pub fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    /// Drops all pairs.
    pub fn clear(&mut self) {
        self.entries = None;
    }

    /// Moves all pairs of another map behind those of this one.
    pub fn extend(&mut self, other: Metadata) {
        if self.is_empty() {
            self.entries = other.entries;
        } else if !other.is_empty() {
            self.list().extend(other.into_entries());
        }
    }

    /// Takes a pair from the wire. A value that is not printable ASCII is left
    /// out: gRPC does not allow it, and nothing behind this line expects it.
    pub(crate) fn push_wire(&mut self, name: &str, value: Bytes) {
        if value.iter().all(|&c| is_printable(c))
            && let Some(name) = name::parse(name)
        {
            self.list().push(Entry { name, value });
        }
    }

    /// Adds a pair of the protocol's own. The name must be valid.
    pub(crate) fn push_static(&mut self, name: &'static str, value: impl Into<Bytes>) {
        self.list().push(Entry {
            name: Cow::Borrowed(name),
            value: value.into(),
        });
    }

    /// Adds a binary pair of the protocol's own. The name must be valid.
    pub(crate) fn push_static_bin(&mut self, name: &'static str, value: &[u8]) {
        self.push_static(name, BASE64.encode(value));
    }

    /// Adds the pairs of a user's map, without those that belong to the protocol.
    pub(crate) fn push_user(&mut self, user: Metadata) {
        if user.is_empty() {
            return;
        }
        self.list().extend(
            user.into_entries()
                .into_iter()
                .filter(|entry| !super::is_reserved(&entry.name)),
        );
    }

    /// Keeps the pairs whose name passes.
    pub(crate) fn retain_names(&mut self, mut keep: impl FnMut(&str) -> bool) {
        if !self.entries().iter().all(|entry| keep(&entry.name)) {
            self.list().retain(|entry| keep(&entry.name));
        }
    }

    fn replace(&mut self, entry: Entry) {
        let list = self.list();
        list.retain(|old| old.name != entry.name);
        list.push(entry);
    }

    pub(super) fn entries(&self) -> &[Entry] {
        self.entries.as_ref().map_or(&[], |entries| entries)
    }

    /// The pairs, to change; they are copied if somebody else has them, too.
    fn list(&mut self) -> &mut Vec<Entry> {
        Arc::make_mut(self.entries.get_or_insert_default())
    }

    pub(super) fn into_entries(self) -> Vec<Entry> {
        self.entries.map_or_else(Vec::new, Arc::unwrap_or_clone)
    }
}

impl PartialEq for Metadata {
    fn eq(&self, other: &Metadata) -> bool {
        self.entries() == other.entries()
    }
}

impl Eq for Metadata {}

/// Values may be secrets, so that only names and lengths are shown.
impl std::fmt::Debug for Metadata {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pairs = self
            .entries()
            .iter()
            .map(|entry| (&entry.name, format_args_len(entry.value.len())));
        f.debug_map().entries(pairs).finish()
    }
}

impl<'a> IntoIterator for &'a Metadata {
    type Item = (&'a str, &'a str);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

fn format_args_len(len: usize) -> impl std::fmt::Debug {
    struct Len(usize);
    impl std::fmt::Debug for Len {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "<{} bytes>", self.0)
        }
    }
    Len(len)
}

// === impl Iter ===

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.entries.next()?;
        // Values are checked when they come in; ASCII is always valid.
        Some((
            &entry.name,
            std::str::from_utf8(&entry.value).unwrap_or_default(),
        ))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.entries.size_hint()
    }
}

impl std::fmt::Debug for Iter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Iter")
            .field("left", &self.entries.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_and_ordered() {
        let mut metadata = Metadata::new();
        metadata.append("B", "1").unwrap();
        metadata.append("a", "2").unwrap();
        metadata.append("b", "3").unwrap();
        assert_eq!(
            metadata.iter().collect::<Vec<_>>(),
            [("b", "1"), ("a", "2"), ("b", "3")]
        );
        metadata.insert("b", "4").unwrap();
        assert_eq!(metadata.get_all("b").collect::<Vec<_>>(), ["4"]);
        assert!(metadata.remove("A") && !metadata.remove("a"));
    }

    #[test]
    fn binary_values_accept_what_peers_send() {
        let mut metadata = Metadata::new();
        metadata.push_wire("x-bin", Bytes::from_static(b"AAE=, AAEC,AAEC!"));
        metadata.push_wire("x-bin", Bytes::from_static(b"AAE"));
        let all: Vec<_> = metadata.get_all_bin("x-bin").collect();
        assert_eq!(all, [&[0, 1][..], &[0, 1, 2], &[0, 1]]);
    }

    #[test]
    fn wrong_pairs_are_refused() {
        let mut metadata = Metadata::new();
        assert!(metadata.insert("", "x").is_err());
        assert!(metadata.insert("a b", "x").is_err());
        assert!(metadata.insert("a", "x\r\ny").is_err());
        assert!(metadata.insert("a-bin", "x").is_err());
        assert!(metadata.insert_bin("a", "x").is_err());
        metadata.push_wire("a", Bytes::from_static(b"\xff"));
        assert!(metadata.is_empty());
    }

    #[test]
    fn debug_hides_values() {
        let mut metadata = Metadata::new();
        metadata.insert("authorization", "Bearer secret").unwrap();
        assert_eq!(format!("{metadata:?}"), r#"{"authorization": <13 bytes>}"#);
    }

    #[test]
    fn users_cannot_set_the_protocols_names() {
        let mut user = Metadata::new();
        for name in [
            "grpc-status",
            "grpc-foo",
            "te",
            "content-type",
            "x-mine",
            "grpc-retry-pushback-ms",
        ] {
            user.insert(name, "1").unwrap();
        }
        let mut wire = Metadata::new();
        wire.push_user(user);
        assert_eq!(
            wire.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            ["x-mine", "grpc-retry-pushback-ms"]
        );
    }
}
