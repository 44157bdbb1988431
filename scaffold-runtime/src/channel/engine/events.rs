//! What comes in, filed under its call.

use scaffold_http2::{GoAway, Handler, Head, Reset, Session, Stream};

use super::agreed;
use super::record::{Announcement, Began, Calls, End, Going, Record};
use crate::{Metadata, framing, pool};

/// Room that a body's buffer begins with.
const CHUNK: usize = 2 << 10;

impl Handler for Calls {
    fn resolve(&mut self, head: &Head<'_>) -> u64 {
        agreed::of(head)
    }

    fn head(&mut self, _: &mut Session, stream: Stream, head: &Head<'_>, end: bool) {
        let Some((_, record)) = self.of(stream) else {
            return;
        };
        if head.token() == agreed::PLAIN && !end {
            record.began = Began::Plain;
            if record.quick {
                return;
            }
        } else {
            record.quick = false;
            record.began = Began::Told(Box::new(Announcement {
                status: head.status(),
                metadata: Metadata::from_head(head),
                ended: end,
            }));
        }
        if end {
            self.ended(stream, End::Cut);
        } else {
            let reader = record.reader.take();
            self.wakes.extend(reader);
        }
    }

    #[inline]
    fn data(&mut self, session: &mut Session, stream: Stream, bytes: &[u8], end: bool) {
        let limit = self.receive_limit;
        let Some((_, record)) = self.of(stream) else {
            session.release(stream, bytes.len());
            return;
        };
        if record.quick && record.whole.is_empty() && framing::whole(bytes, limit).is_some() {
            record.whole.extend_from_slice(bytes);
        } else if !bytes.is_empty() {
            record.take_bytes(bytes);
            let reader = record.reader.take();
            self.wakes.extend(reader);
        }
        if end {
            self.ended(stream, End::Cut);
        }
    }

    #[inline]
    fn trailers(&mut self, _: &mut Session, stream: Stream, trailers: &Head<'_>) {
        let end = if agreed::is_plain_ok(trailers) {
            End::Ok
        } else {
            End::Trailers(Box::new(Metadata::from_head(trailers)))
        };
        self.ended(stream, end);
    }

    fn reset(&mut self, _: &mut Session, stream: Stream, reset: Reset) {
        // Answered in full before: that the server wants no more of the
        // requests changes nothing.
        self.ended(stream, End::Reset(reset));
    }

    fn writable(&mut self, _: &mut Session, stream: Stream) {
        let Some((key, record)) = self.of(stream) else {
            return;
        };
        let writer = record.writer.take();
        self.wakes.extend(writer);
        self.soil(key);
    }

    fn goaway(&mut self, _: &mut Session, goaway: GoAway<'_>) {
        // A server says it twice; the first with a complaint is kept.
        match &self.going {
            Some(going) if going.too_many_pings => {}
            _ => self.going = Some(Going::new(&goaway)),
        }
    }

    fn settings(&mut self, _: &mut Session) {
        self.settled = true;
    }
}

impl Calls {
    /// Notes the first end of a call.
    fn ended(&mut self, stream: Stream, end: End) {
        let Some((_, record)) = self.of(stream) else {
            return;
        };
        let reader = record.reader.take();
        let writer = record.writer.take();
        let early = !record.written && !matches!(end, End::Reset(_));
        record.end.get_or_insert(end);
        if early {
            self.early.push(stream);
        }
        self.wakes.extend(reader);
        self.wakes.extend(writer);
    }
}

impl Record {
    /// Keeps a piece of a body that is more, or less, than one message.
    fn take_bytes(&mut self, bytes: &[u8]) {
        self.quick = false;
        let needed = bytes.len() + self.whole.len();
        let chunk = self
            .chunk
            .get_or_insert_with(|| pool::take(needed.max(CHUNK)));
        chunk.extend(&self.whole);
        chunk.extend(bytes);
        self.whole.clear();
    }
}
