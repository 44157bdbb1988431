//! A message that is about to be sent.

use bytes::Bytes;
use prost::Message;

use crate::framing::{self, PREFIX, Rules};
use crate::{Status, pool};

/// A message and its length: encoded where it is needed, as often as it is
/// needed. The one place where the client's messages become bytes.
#[derive(Clone, Copy)]
pub(crate) enum Frame<'a> {
    /// To be encoded.
    Message(&'a (dyn Encode + 'a), usize),
    /// Encoded before, prefix and all, and maybe compressed: whoever sends it again
    /// sends the same bytes.
    Encoded(&'a Bytes),
}

/// What can be encoded, whatever its type.
pub(crate) trait Encode: Sync {
    fn append(&self, len: usize, out: &mut Vec<u8>);
}

impl<M: Message> Encode for M {
    fn append(&self, len: usize, out: &mut Vec<u8>) {
        framing::put(self, len, out);
    }
}

/// How much is gathered of a request stream before it is sent, and from where
/// on a message goes by itself.
pub(super) const GATHER: usize = 8 << 10;

/// A message that has passed its call's rules.
pub(crate) enum Prepared<'a> {
    /// To be encoded where it is sent.
    Plain(Frame<'a>),
    /// Encoded already: it was compressed, or was too long to wait.
    Encoded(Bytes),
}

// === impl Frame ===

impl Frame<'_> {
    /// Length with the prefix.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Message(_, len) => PREFIX + len,
            Self::Encoded(bytes) => bytes.len(),
        }
    }

    /// Appends prefix and message.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Message(message, len) => {
                message.append(*len, out);
            }
            Self::Encoded(bytes) => out.extend_from_slice(bytes),
        }
    }

    /// Prefix and message, in a buffer of the pool.
    pub(crate) fn to_bytes(self) -> Bytes {
        if let Self::Encoded(bytes) = self {
            return bytes.clone();
        }
        let mut buffer = pool::take(self.len());
        self.write(buffer.memory());
        buffer.freeze()
    }
}

// === impl Prepared ===

impl<'a> Prepared<'a> {
    /// Measures the message, and compresses it if the rules say so.
    ///
    /// # Errors
    ///
    /// `RESOURCE_EXHAUSTED` if it is longer than the limit.
    pub(crate) fn new<M: Message>(message: &'a M, rules: &Rules) -> Result<Self, Status> {
        let len = framing::checked_len(message, rules)?;
        if rules.compresses(len) {
            return Ok(Self::Encoded(framing::frame(message, rules)?.into_bytes()));
        }
        Ok(Self::Plain(Frame::Message(message, len)))
    }

    /// Ready to be sent on a stream: a long message is encoded.
    pub(crate) fn for_stream(self) -> Self {
        match self {
            Self::Plain(frame) if frame.len() > GATHER => Self::Encoded(frame.to_bytes()),
            other => other,
        }
    }

    /// To be sent, as often as it is needed.
    pub(crate) fn frame(&self) -> Frame<'_> {
        match self {
            Self::Plain(frame) => *frame,
            Self::Encoded(bytes) => Frame::Encoded(bytes),
        }
    }

    /// Length with the prefix.
    pub(crate) fn len(&self) -> usize {
        self.frame().len()
    }
}
