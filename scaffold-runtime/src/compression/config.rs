//! `CompressionConfig`: what a side sends and reads.

use super::{Encoding, Encodings, Level, Outgoing};

/// How a server or a channel compresses messages (docs/compression.md).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "config", derive(serde::Deserialize, serde::Serialize))]
#[cfg_attr(feature = "config", serde(default, deny_unknown_fields))]
pub(crate) struct CompressionConfig {
    /// What may be sent, first choice first: a server takes the first that the
    /// client accepts, a channel the first. Default empty: nothing is compressed.
    pub(crate) send: Vec<Encoding>,
    /// What is read, and offered in `grpc-accept-encoding`. Default all that is
    /// built in.
    pub(crate) accept: Encodings,
    /// Messages of at least this many bytes are compressed where nobody says
    /// otherwise. Default 1024.
    pub(crate) min_size: usize,
    /// How hard to try. Default `Fast`.
    pub(crate) level: Level,
}

// === impl CompressionConfig ===

impl Default for CompressionConfig {
    fn default() -> CompressionConfig {
        CompressionConfig {
            send: Vec::new(),
            accept: Encodings::all(),
            min_size: 1024,
            level: Level::default(),
        }
    }
}

impl CompressionConfig {
    /// # Errors
    ///
    /// Which encoding is not built in, and the feature that has it.
    pub(crate) fn check(&self) -> Result<(), String> {
        let mut named = self.send.iter().copied().chain(self.accept.iter());
        match named.find(|encoding| !encoding.is_built_in()) {
            Some(encoding) => Err(format!(
                "compression names {encoding}, which is not built in: turn on the cargo \
                 feature `{encoding}` of scaffold-runtime, or take it out"
            )),
            None => Ok(()),
        }
    }

    /// How to send to a peer that reads these.
    pub(crate) fn outgoing(&self, accepted: Encodings) -> Outgoing {
        Outgoing::new(accepted.settle(&self.send), self.level, self.min_size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_good_and_sends_plain() {
        let config = CompressionConfig::default();
        config.check().unwrap();
        let outgoing = config.outgoing(Encodings::all());
        assert_eq!(outgoing.encoding(), Encoding::Identity);
        assert!(!outgoing.wants(usize::MAX));
    }

    #[test]
    fn what_is_not_built_in_is_named() {
        for encoding in [Encoding::Gzip, Encoding::Zstd] {
            let config = CompressionConfig {
                send: vec![encoding],
                ..CompressionConfig::default()
            };
            match config.check() {
                Ok(()) => assert!(encoding.is_built_in()),
                Err(text) => assert!(text.contains(&format!("feature `{encoding}`"))),
            }
        }
    }

    #[cfg(feature = "config")]
    #[test]
    fn is_read_from_toml() {
        let text = "
            send = ['zstd', 'gzip']
            accept = ['gzip']
            level = 'small'
        ";
        let config: CompressionConfig = toml::from_str(text).unwrap();
        assert_eq!(config.send, [Encoding::Zstd, Encoding::Gzip]);
        assert_eq!(config.accept.to_string(), "identity,gzip");
        assert_eq!((config.level, config.min_size), (Level::Small, 1024));
        assert!(toml::from_str::<CompressionConfig>("send = ['br']").is_err());
    }
}
