//! `Level`: how hard to try.

/// How much time a message's size is worth.
///
/// Three words instead of each library's numbers: they mean the same for every
/// encoding, and the largest ones, which cost much and gain little on messages,
/// can't be chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "config", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "config", serde(rename_all = "lowercase"))]
pub enum Level {
    /// gzip 1, zstd 1: for services that answer while somebody waits.
    #[default]
    Fast,
    /// gzip 6, zstd 3: what the command line tools do.
    Balanced,
    /// gzip 9, zstd 9: where the network is what costs.
    Small,
}
