//! `CompressionConfig`: what a server or a channel compresses, and what it reads.

use super::{Encoding, Encodings, Level};

/// Which messages go out compressed, and which encodings are read.
///
/// By default nothing is sent compressed, and all that is built in is read. The
/// encodings are behind the features `gzip` and `zstd`; naming one that is not
/// built in is an error when the server starts or the channel is made.
///
/// A message that mixes secrets with what an attacker can choose tells the secrets
/// by its length (CRIME, BREACH): leave such methods plain, with `set_compressed`.
///
/// ```
/// use scaffold_runtime::{CompressionConfig, Encoding};
///
/// let config = CompressionConfig {
///     send: vec![Encoding::Zstd, Encoding::Gzip],
///     min_size: 4 << 10,
///     ..Default::default()
/// };
/// # let _ = config;
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "config", serde(default, deny_unknown_fields))]
pub struct CompressionConfig {
    /// What may be sent, first choice first: a server takes the first that the
    /// client accepts; a channel takes the first, as it knows no better. Empty, the
    /// default: nothing is sent compressed.
    pub send: Vec<Encoding>,
    /// What is read, and offered in `grpc-accept-encoding`. Default: all that is
    /// built in.
    pub accept: Encodings,
    /// Messages of at least this many bytes are compressed when nobody says
    /// otherwise. Default 1024. `usize::MAX` leaves it to what is asked for call by
    /// call.
    pub min_size: usize,
    /// How hard to try. Default [`Level::Fast`].
    pub level: Level,
}

// === impl CompressionConfig ===

impl Default for CompressionConfig {
    fn default() -> CompressionConfig {
        CompressionConfig {
            send: Vec::new(),
            accept: Encodings::all(),
            min_size: 1024,
            level: Level::Fast,
        }
    }
}

impl CompressionConfig {
    /// Whether this build can do it all.
    ///
    /// # Errors
    ///
    /// What to change if it cannot.
    pub(crate) fn check(&self) -> Result<(), String> {
        let sent = self.send.iter().map(|encoding| ("send", *encoding));
        let read = self.accept.iter().map(|encoding| ("accept", encoding));
        match sent
            .chain(read)
            .find(|(_, encoding)| !encoding.is_built_in())
        {
            None => Ok(()),
            Some((list, encoding)) => Err(format!(
                "compression.{list} has {encoding}, which is not built in: take it out, or \
                 turn on the cargo feature `{encoding}` of scaffold-runtime"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_built_in_is_named() {
        for encoding in [Encoding::Gzip, Encoding::Zstd] {
            let sent = CompressionConfig {
                send: vec![Encoding::Identity, encoding],
                ..Default::default()
            };
            let read = CompressionConfig {
                accept: Encodings::IDENTITY.with(encoding),
                ..Default::default()
            };
            for (list, config) in [("send", sent), ("accept", read)] {
                match config.check() {
                    Ok(()) => assert!(encoding.is_built_in()),
                    Err(why) => {
                        assert!(!encoding.is_built_in());
                        assert!(why.contains(list) && why.contains(encoding.name()), "{why}");
                    }
                }
            }
        }
        assert_eq!(CompressionConfig::default().check(), Ok(()));
    }

    #[cfg(feature = "config")]
    #[test]
    fn is_read_from_toml_and_written_back() {
        let text = "send = ['zstd', 'gzip']\naccept = ['gzip']\nmin_size = 100\nlevel = 'small'";
        let config: CompressionConfig = toml::from_str(text).unwrap();
        let expected = CompressionConfig {
            send: vec![Encoding::Zstd, Encoding::Gzip],
            accept: Encodings::IDENTITY.with(Encoding::Gzip),
            min_size: 100,
            level: Level::Small,
        };
        assert_eq!(config, expected);
        let written = crate::config::render(&expected).unwrap();
        let read: CompressionConfig = toml::from_str(&written).unwrap();
        assert_eq!(read, expected);
        let unknown = toml::from_str::<CompressionConfig>("send = ['br']").unwrap_err();
        assert!(
            unknown.to_string().contains("`identity`, `gzip`, `zstd`"),
            "{unknown}"
        );
    }
}
