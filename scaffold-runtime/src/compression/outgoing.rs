//! `Outgoing`: which messages of one direction of a call are compressed.

use super::{Encoding, Fault, Level, compress};
use crate::pool;

/// What was settled for one direction of a call, and what was asked for since.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outgoing {
    encoding: Encoding,
    level: Level,
    min_size: usize,
    asked: Option<bool>,
}

// === impl Outgoing ===

impl Outgoing {
    pub(super) fn new(encoding: Encoding, level: Level, min_size: usize) -> Outgoing {
        Outgoing {
            encoding,
            level,
            min_size,
            asked: None,
        }
    }

    /// What `grpc-encoding` says. It is announced whether or not a message will
    /// be compressed, so that a sender may change its mind.
    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The messages from here on are compressed, or not, whatever their size.
    pub(crate) fn set_compressed(&mut self, compressed: bool) {
        self.asked = Some(compressed);
    }

    /// Whether a message of this many bytes is worth trying.
    pub(crate) fn wants(&self, len: usize) -> bool {
        self.encoding != Encoding::Identity && len > 0 && self.asked.unwrap_or(len >= self.min_size)
    }

    /// Compresses the message in `frame`, which begins with `prefix` bytes: a byte
    /// of flags and four of length. One that gets no shorter stays as it is, unless
    /// it was asked for.
    ///
    /// # Errors
    ///
    /// Those of [`compress`]; the frame is as it was then.
    pub(crate) fn compress_frame(
        &self,
        frame: &mut Vec<u8>,
        start: usize,
        prefix: usize,
    ) -> Result<(), Fault> {
        let body = start + prefix;
        let len = frame.len() - body;
        if !self.wants(len) {
            return Ok(());
        }
        let mut smaller = pool::take(len);
        compress(self.encoding, self.level, &frame[body..], smaller.memory())?;
        let smaller = smaller.as_slice();
        // Only a message of 4 GiB that got longer still has no length to write.
        let Ok(new_len) = u32::try_from(smaller.len()) else {
            return Ok(());
        };
        if smaller.len() < len || self.asked == Some(true) {
            frame.truncate(body);
            frame.extend_from_slice(smaller);
            frame[start] |= 1;
            frame[body - 4..body].copy_from_slice(&new_len.to_be_bytes());
        }
        Ok(())
    }
}

#[cfg(all(test, feature = "gzip"))]
mod tests {
    use super::super::decompress;
    use super::*;

    fn gzip() -> Outgoing {
        Outgoing::new(Encoding::Gzip, Level::Fast, 1024)
    }

    fn framed(outgoing: &Outgoing, message: &[u8]) -> Vec<u8> {
        let mut frame = b"before".to_vec();
        frame.push(0);
        frame.extend((message.len() as u32).to_be_bytes());
        frame.extend(message);
        outgoing.compress_frame(&mut frame, 6, 5).unwrap();
        assert_eq!(&frame[..6], b"before");
        frame.split_off(6)
    }

    /// Whether it was compressed; it has to be whole.
    fn was(frame: &[u8], message: &[u8]) -> bool {
        let len = u32::from_be_bytes(frame[1..5].try_into().unwrap());
        assert_eq!(len as usize, frame.len() - 5);
        let mut out = Vec::new();
        let encoding = [Encoding::Identity, Encoding::Gzip][usize::from(frame[0])];
        decompress(encoding, &frame[5..], message.len(), &mut out).unwrap();
        assert_eq!(out, message);
        frame[0] == 1
    }

    #[test]
    fn size_decides_until_somebody_says() {
        let (small, large) = ([0; 1023], [0; 1024]);
        let mut outgoing = gzip();
        assert!(!was(&framed(&outgoing, &small), &small));
        assert!(was(&framed(&outgoing, &large), &large));
        outgoing.set_compressed(true);
        assert!(was(&framed(&outgoing, &small), &small));
        outgoing.set_compressed(false);
        assert!(!was(&framed(&outgoing, &large), &large));
    }

    #[test]
    fn what_gets_no_shorter_goes_plain_unless_asked_and_nothing_always() {
        let random = super::super::tests::noise(2000);
        let mut outgoing = gzip();
        assert!(!was(&framed(&outgoing, &random), &random));
        outgoing.set_compressed(true);
        assert!(was(&framed(&outgoing, &random), &random));
        assert!(!was(&framed(&outgoing, b""), b""));
    }
}
