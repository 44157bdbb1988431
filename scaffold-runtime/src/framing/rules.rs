//! What may be sent on a call, and how.

use crate::compression::{CompressionConfig, Encoding, Level};

/// The rules for the messages that one side of a call sends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    /// The longest message, in bytes, before it is compressed. A prefix has four
    /// bytes for it, and these rules travel with every call.
    limit: u32,
    /// What was settled on when the call began; `Identity` for nothing.
    pub(crate) encoding: Encoding,
    pub(crate) level: Level,
    /// Messages of fewer bytes go plain, unless it is asked for.
    min_size: u32,
    /// Whether messages are to be compressed, whatever their size.
    pub(crate) asked: Option<bool>,
}

// === impl Rules ===

impl Rules {
    /// Rules of a side that has settled on nothing yet.
    pub(crate) fn new(limit: usize, compression: &CompressionConfig) -> Rules {
        Rules {
            limit: saturated(limit),
            encoding: Encoding::Identity,
            level: compression.level,
            min_size: saturated(compression.min_size),
            asked: None,
        }
    }

    /// The same rules for an encoding.
    pub(crate) fn settled(self, encoding: Encoding) -> Rules {
        Rules { encoding, ..self }
    }

    /// The same rules for one message of which something is asked.
    pub(crate) fn asked(self, asked: Option<bool>) -> Rules {
        Rules {
            asked: asked.or(self.asked),
            ..self
        }
    }

    /// The longest message, in bytes.
    pub(crate) fn limit(&self) -> usize {
        self.limit as usize
    }

    /// Whether a message of this length is to be compressed. An empty one never is.
    pub(crate) fn compresses(&self, len: usize) -> bool {
        self.encoding != Encoding::Identity
            && len > 0
            && self.asked.unwrap_or(len >= self.min_size as usize)
    }
}

fn saturated(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_goes_before_the_size() {
        let rules = Rules::new(1000, &CompressionConfig::default());
        assert!(!rules.compresses(5000) && !rules.asked(Some(true)).compresses(5000));
        let gzip = rules.settled(Encoding::Gzip);
        assert!(gzip.compresses(1024) && !gzip.compresses(1023));
        assert!(!gzip.asked(Some(false)).compresses(5000));
        assert!(gzip.asked(Some(true)).compresses(1));
        assert!(gzip.asked(Some(true)).asked(None).compresses(1));
        assert!(!gzip.asked(Some(true)).compresses(0));
    }
}
