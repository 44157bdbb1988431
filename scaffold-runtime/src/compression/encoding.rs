//! `Encoding`: how a message is compressed.

use std::fmt;

/// How a message is compressed: what `grpc-encoding` names.
///
/// All names are here whatever is built in, so that configuration and matches
/// read the same everywhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "config", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "config", serde(rename_all = "lowercase"))]
pub enum Encoding {
    /// Not at all.
    #[default]
    Identity,
    /// RFC 1952. Built in with the feature `gzip`.
    Gzip,
    /// RFC 8878. Built in with the feature `zstd`.
    Zstd,
}

// === impl Encoding ===

impl Encoding {
    /// All there are, in the order of their numbers.
    pub(crate) const ALL: [Encoding; 3] = [Encoding::Identity, Encoding::Gzip, Encoding::Zstd];

    /// The name in headers.
    pub const fn name(self) -> &'static str {
        match self {
            Encoding::Identity => "identity",
            Encoding::Gzip => "gzip",
            Encoding::Zstd => "zstd",
        }
    }

    /// The encoding that `grpc-encoding` names; `None` for a name that is unknown
    /// here. Names are compared byte by byte, as other implementations do.
    pub fn from_name(name: &[u8]) -> Option<Encoding> {
        Encoding::ALL
            .into_iter()
            .find(|encoding| encoding.name().as_bytes() == name)
    }

    /// Whether this build can compress and decompress it.
    pub const fn is_built_in(self) -> bool {
        match self {
            Encoding::Identity => true,
            Encoding::Gzip => cfg!(feature = "gzip"),
            Encoding::Zstd => cfg!(feature = "zstd"),
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
