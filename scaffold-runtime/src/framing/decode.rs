//! From pieces of a stream to messages, with limits.

use std::sync::Arc;

use bytes::{Buf, Bytes};

use super::{PREFIX, elements};
use crate::Status;
use crate::compression::{self, Encoding};
use crate::counters::Cause;
use crate::pool::{self, Budget, Buffer, Charge};

/// How much of a message that has not come is made room for. A prefix alone
/// must not be able to claim memory: 200 streams may each announce 4 MiB.
pub(crate) const FIRST_ROOM: usize = 16 * 1024;

/// The first room for a message, as a multiple of what it takes compressed. More is
/// made as it comes.
const SHRUNK: usize = 4;

/// Cuts a stream into messages.
///
/// A message that lies in one piece shares that piece's memory. One that comes
/// in several is put together in a buffer of the pool, which grows as bytes come.
/// One that is compressed becomes a buffer of its own, in one go.
pub(crate) struct Decoder {
    limit: usize,
    max_elements: usize,
    /// How messages with the flag are compressed.
    encoding: Encoding,
    /// Whether the last message had the flag.
    was_compressed: bool,
    /// What has come and is not used.
    piece: Bytes,
    prefix: [u8; PREFIX],
    prefix_len: usize,
    /// The length of the message that is coming, after its prefix.
    expected: Option<usize>,
    body: Option<Buffer>,
    /// What the body costs the process. Kept until the decoder moves on, so that
    /// it covers the time of decoding.
    charge: Charge,
}

// === impl Decoder ===

impl Decoder {
    /// A decoder of messages of up to `limit` bytes, which counts what it holds
    /// against `budget`.
    pub(crate) fn new(limit: usize, budget: Option<Arc<Budget>>) -> Decoder {
        Decoder {
            limit,
            max_elements: usize::MAX,
            encoding: Encoding::Identity,
            was_compressed: false,
            piece: Bytes::new(),
            prefix: [0; PREFIX],
            prefix_len: 0,
            expected: None,
            body: None,
            charge: Charge::new(budget),
        }
    }

    /// Refuses messages of more elements than this.
    pub(crate) fn max_elements(mut self, max_elements: usize) -> Decoder {
        self.max_elements = max_elements;
        self
    }

    /// Reads messages with the flag in this encoding.
    pub(crate) fn encoding(mut self, encoding: Encoding) -> Decoder {
        self.encoding = encoding;
        self
    }

    /// Whether the last message was compressed.
    pub(crate) fn was_compressed(&self) -> bool {
        self.was_compressed
    }

    /// Takes the next piece of the stream. [`next`](Decoder::next) must have
    /// said `None` before.
    pub(crate) fn push(&mut self, piece: Bytes) {
        debug_assert!(self.piece.is_empty(), "pieces must be used up first");
        self.piece = piece;
    }

    /// Whether the stream may end here: between messages.
    pub(crate) fn is_between_messages(&self) -> bool {
        self.piece.is_empty() && self.prefix_len == 0 && self.expected.is_none()
    }

    /// The next message; `None` if more of the stream must come first.
    ///
    /// # Errors
    ///
    /// `RESOURCE_EXHAUSTED` if a message is longer than the limit, compressed or
    /// not, or has too many elements, or the budget of the process is used up;
    /// `INTERNAL` if it does not decompress or has unknown flags. The stream cannot
    /// be read on after that.
    pub(crate) fn next(&mut self) -> Result<Option<Bytes>, Status> {
        let len = match self.expected {
            Some(len) => len,
            None => match self.next_prefix()? {
                Some(len) => *self.expected.insert(len),
                None => return Ok(None),
            },
        };
        if self.body.is_none() && self.piece.len() >= len {
            self.charge.release();
            let message = self.piece.split_to(len);
            return self.finish(message).map(Some);
        }
        if self.body.is_none() {
            self.charge.release();
        }
        let body = self
            .body
            .get_or_insert_with(|| pool::take(len.min(FIRST_ROOM)));
        let more = self.piece.len().min(len - body.len());
        if !self.charge.add(more) {
            return Err(used_up());
        }
        body.extend(&self.piece[..more]);
        self.piece.advance(more);
        if body.len() < len {
            return Ok(None);
        }
        let message = self.body.take().map(Buffer::freeze);
        message.map(|message| self.finish(message)).transpose()
    }

    /// The message of a body that is complete.
    fn finish(&mut self, mut message: Bytes) -> Result<Bytes, Status> {
        self.expected = None;
        self.prefix_len = 0;
        self.was_compressed = self.prefix[0] == 1;
        if self.was_compressed {
            message = self.decompress(&message)?;
        }
        elements::check(message, self.max_elements)
    }

    /// It runs to its end without a pause: a thread holds one message that is not
    /// charged, of at most the limit.
    fn decompress(&mut self, message: &[u8]) -> Result<Bytes, Status> {
        let room = message.len().saturating_mul(SHRUNK).min(self.limit);
        let mut buffer = pool::take(room);
        compression::decompress(self.encoding, message, self.limit, buffer.memory())?;
        self.charge.release();
        match self.charge.add(buffer.len()) {
            true => Ok(buffer.freeze()),
            false => Err(used_up()),
        }
    }

    fn next_prefix(&mut self) -> Result<Option<usize>, Status> {
        let more = self.piece.len().min(PREFIX - self.prefix_len);
        self.piece
            .copy_to_slice(&mut self.prefix[self.prefix_len..self.prefix_len + more]);
        self.prefix_len += more;
        if self.prefix_len < PREFIX {
            return Ok(None);
        }
        let [flags, length @ ..] = self.prefix;
        match flags {
            0 => {}
            1 if self.encoding != Encoding::Identity => {}
            1 => {
                let status =
                    Status::internal("message is compressed, and grpc-encoding names no encoding");
                return Err(status.because(Cause::WithoutEncoding));
            }
            flags => {
                let status = Status::internal(format!("message has unknown flags {flags:#04x}"));
                return Err(status.because(Cause::UnknownFlags));
            }
        }
        let len = u32::from_be_bytes(length) as usize;
        if len > self.limit {
            let status = Status::resource_exhausted(format!(
                "received message is {len} bytes long, the limit is {}",
                self.limit
            ));
            return Err(status.because(Cause::MessageTooLarge));
        }
        Ok(Some(len))
    }
}

/// The status where the budget has no room for more of a request.
pub(crate) fn used_up() -> Status {
    Status::resource_exhausted("the memory for requests is used up: retry with a back-off")
        .because(Cause::RequestMemory)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    fn frame(body: &[u8]) -> Vec<u8> {
        let mut out = vec![0];
        out.extend((body.len() as u32).to_be_bytes());
        out.extend(body);
        out
    }

    fn decode(decoder: &mut Decoder, pieces: &[&[u8]]) -> Vec<Bytes> {
        let mut out = Vec::new();
        for piece in pieces {
            decoder.push(Bytes::copy_from_slice(piece));
            while let Some(message) = decoder.next().unwrap() {
                out.push(message);
            }
        }
        out
    }

    #[test]
    fn every_cut_gives_the_same_messages() {
        let wire = [frame(b"first"), frame(b""), frame(&[7; 300])].concat();
        for cut in 0..=wire.len() {
            let mut decoder = Decoder::new(300, None);
            let messages = decode(&mut decoder, &[&wire[..cut], &wire[cut..]]);
            assert_eq!(messages, [&b"first"[..], b"", &[7; 300]], "cut at {cut}");
            assert!(decoder.is_between_messages());
        }
        let bytes: Vec<&[u8]> = wire.chunks(1).collect();
        assert_eq!(decode(&mut Decoder::new(300, None), &bytes).len(), 3);
    }

    #[test]
    fn a_message_in_one_piece_is_shared() {
        let wire = Bytes::from(frame(&[1; 100]));
        let mut decoder = Decoder::new(100, None);
        decoder.push(wire.clone());
        let message = decoder.next().unwrap().unwrap();
        assert_eq!(message.as_ptr(), wire[5..].as_ptr());
    }

    #[test]
    fn a_long_prefix_is_refused_before_any_body() {
        let mut decoder = Decoder::new(100, None);
        decoder.push(Bytes::from_static(b"\0\0\0\0\x65"));
        assert_eq!(decoder.next().unwrap_err().code(), Code::ResourceExhausted);
        let mut decoder = Decoder::new(usize::MAX, None);
        decoder.push(Bytes::from_static(b"\0\xff\xff\xff\xff"));
        assert_eq!(decoder.next().unwrap(), None);
        assert!(decoder.body.unwrap().capacity() <= 64 * 1024);
    }

    #[test]
    fn unknown_flags_are_refused() {
        for flags in [1, 7, 128] {
            let mut decoder = Decoder::new(100, None);
            decoder.push(Bytes::from(vec![flags, 0, 0, 0, 0]));
            assert_eq!(decoder.next().unwrap_err().code(), Code::Internal);
        }
    }

    #[test]
    fn the_budget_bounds_what_is_held() {
        let budget = Arc::new(Budget::new(1000));
        let mut first = Decoder::new(4000, Some(budget.clone()));
        first.push(Bytes::from(frame(&[0; 2000])).split_to(905));
        assert_eq!(first.next().unwrap(), None);
        let mut second = Decoder::new(4000, Some(budget.clone()));
        second.push(Bytes::from(frame(&[0; 2000])).split_to(905));
        assert_eq!(second.next().unwrap_err().code(), Code::ResourceExhausted);
        drop((first, second));
        assert_eq!(budget.used(), 0);
    }
}
