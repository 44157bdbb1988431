//! `Encodings`: what a side can read.

use std::fmt;

use super::Encoding;

/// A set of encodings: what `grpc-accept-encoding` lists. It always holds
/// [`Encoding::Identity`], which nobody can refuse.
///
/// ```
/// use scaffold_runtime::{Encoding, Encodings};
///
/// let read = Encodings::parse(b"br, gzip,identity;q=0.5");
/// assert!(read.contains(Encoding::Gzip) && !read.contains(Encoding::Zstd));
/// assert_eq!(read.to_string(), "identity,gzip");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Encodings(u8);

// === impl Encodings ===

impl Encodings {
    /// `identity` alone.
    pub const IDENTITY: Encodings = Encodings(1 << Encoding::Identity as u8);

    /// All that is built in.
    pub fn all() -> Encodings {
        let built_in = |encoding: &Encoding| encoding.is_built_in();
        Encoding::ALL.into_iter().filter(built_in).collect()
    }

    /// The same set and this one.
    #[must_use]
    pub const fn with(self, encoding: Encoding) -> Encodings {
        Encodings(self.0 | 1 << encoding as u8)
    }

    /// What is in either set.
    #[must_use]
    pub const fn or(self, other: Encodings) -> Encodings {
        Encodings(self.0 | other.0)
    }

    /// Whether it is in the set.
    pub const fn contains(self, encoding: Encoding) -> bool {
        self.0 & (1 << encoding as u8) != 0
    }

    /// The encodings of the set, `identity` first.
    pub fn iter(self) -> impl Iterator<Item = Encoding> {
        let mine = move |encoding: &Encoding| self.contains(*encoding);
        Encoding::ALL.into_iter().filter(mine)
    }

    /// Reads the value of `grpc-accept-encoding`: names with commas between them,
    /// and blanks around them. Names that are unknown here say nothing to us, and
    /// what is no name at all is passed over: a peer's typing error must not fail
    /// its calls.
    pub fn parse(value: &[u8]) -> Encodings {
        let names = value.split(|&byte| byte == b',');
        names
            .filter_map(|name| Encoding::from_name(name.trim_ascii()))
            .collect()
    }

    /// The first of `preferred` that is in the set; `Identity` if none is. This is
    /// how a server settles on what it sends.
    pub fn settle(self, preferred: &[Encoding]) -> Encoding {
        let first = preferred.iter().find(|encoding| self.contains(**encoding));
        first.copied().unwrap_or_default()
    }

    /// The value of `grpc-accept-encoding`.
    pub(crate) fn names(self) -> &'static str {
        match (self.contains(Encoding::Gzip), self.contains(Encoding::Zstd)) {
            (false, false) => "identity",
            (true, false) => "identity,gzip",
            (false, true) => "identity,zstd",
            (true, true) => "identity,gzip,zstd",
        }
    }
}

impl Default for Encodings {
    fn default() -> Encodings {
        Encodings::all()
    }
}

impl FromIterator<Encoding> for Encodings {
    fn from_iter<I: IntoIterator<Item = Encoding>>(encodings: I) -> Encodings {
        encodings
            .into_iter()
            .fold(Encodings::IDENTITY, Encodings::with)
    }
}

impl fmt::Display for Encodings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.names())
    }
}

impl fmt::Debug for Encodings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(feature = "config")]
impl serde::Serialize for Encodings {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

#[cfg(feature = "config")]
impl<'de> serde::Deserialize<'de> for Encodings {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Encodings, D::Error> {
        Ok(Vec::<Encoding>::deserialize(deserializer)?
            .into_iter()
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_peers_send() {
        for (value, names) in [
            (&b"gzip"[..], "identity,gzip"),
            (b"identity,deflate,gzip", "identity,gzip"),
            (b" zstd ,\tgzip ", "identity,gzip,zstd"),
            (b"", "identity"),
            (b",,,", "identity"),
            (b"GZIP", "identity"),
            (b"gzip;q=1", "identity"),
            (b"gzip zstd", "identity"),
            (b"gzipp,xgzip,\xff\0,zstd", "identity,zstd"),
        ] {
            assert_eq!(Encodings::parse(value).to_string(), names, "{value:?}");
        }
        let long = b"x,".repeat(100_000);
        assert_eq!(Encodings::parse(&long), Encodings::IDENTITY);
    }

    #[test]
    fn what_is_printed_is_read_back() {
        for bits in 0..4 {
            let set: Encodings = [Encoding::Gzip, Encoding::Zstd]
                .into_iter()
                .filter(|encoding| bits & (*encoding as u8) != 0)
                .collect();
            assert_eq!(Encodings::parse(set.names().as_bytes()), set);
            let listed: Vec<&str> = set.iter().map(Encoding::name).collect();
            assert_eq!(listed.join(","), set.names());
        }
        for encoding in Encoding::ALL {
            assert_eq!(
                Encoding::from_name(encoding.name().as_bytes()),
                Some(encoding)
            );
        }
        assert_eq!(Encoding::from_name(b"Gzip"), None);
    }

    #[test]
    fn the_first_choice_that_is_accepted_wins() {
        let both = [Encoding::Zstd, Encoding::Gzip];
        let gzip = Encodings::IDENTITY.with(Encoding::Gzip);
        assert_eq!(gzip.settle(&both), Encoding::Gzip);
        assert_eq!(gzip.with(Encoding::Zstd).settle(&both), Encoding::Zstd);
        assert_eq!(Encodings::IDENTITY.settle(&both), Encoding::Identity);
        assert_eq!(gzip.settle(&[]), Encoding::Identity);
        let plain_first = [Encoding::Identity, Encoding::Gzip];
        assert_eq!(gzip.settle(&plain_first), Encoding::Identity);
    }
}
