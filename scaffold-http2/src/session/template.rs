//! Header sections that are sent again and again.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::field::sendable;
use crate::frame::{self, END_HEADERS, HEADER_LEN, Kind};
use crate::hpack::Encoder;
use crate::{Field, Indexing, SendError};

/// Fields that many messages share: the head of every answer, the trailers of
/// every success, the request of one method.
///
/// Each connection encodes a template until its bytes are nothing but
/// indexes, and copies those bytes from then on. Make one and keep it: a
/// static, or one per method.
///
/// ```
/// use scaffold_http2::{Field, Indexing, Template};
///
/// let ok = Template::new(&[
///     Field::new(":status", "200"),
///     Field::new("content-type", "application/grpc").indexing(Indexing::Insert),
/// ])?;
/// # let _ = ok;
/// # Ok::<(), scaffold_http2::SendError>(())
/// ```
#[derive(Debug)]
pub struct Template {
    /// Never zero, and never used twice in one process.
    id: u32,
    octets: Box<[u8]>,
    fields: Box<[Stored]>,
    size: usize,
}

#[derive(Debug)]
struct Stored {
    name_end: u32,
    value_end: u32,
    indexing: Indexing,
}

static NEXT: AtomicU32 = AtomicU32::new(1);

impl Template {
    /// Checks and keeps the fields, pseudo-header fields first.
    ///
    /// # Errors
    ///
    /// [`SendError::Field`] for a name or value that HTTP cannot carry, or a
    /// pseudo-header field behind another field.
    pub fn new(fields: &[Field<'_>]) -> Result<Self, SendError> {
        let mut octets = Vec::new();
        let mut stored = Vec::with_capacity(fields.len());
        let mut regular = false;
        for field in fields {
            let pseudo = field.name.first() == Some(&b':');
            if !sendable(field.name, field.value) || (pseudo && regular) {
                return Err(SendError::Field);
            }
            regular |= !pseudo;
            octets.extend_from_slice(field.name);
            let name_end = octets.len() as u32;
            octets.extend_from_slice(field.value);
            stored.push(Stored {
                name_end,
                value_end: octets.len() as u32,
                indexing: field.indexing,
            });
        }
        Ok(Self {
            id: NEXT.fetch_add(1, Ordering::Relaxed),
            size: octets.len() + 32 * stored.len(),
            octets: octets.into(),
            fields: stored.into(),
        })
    }

    /// Size as RFC 9113 section 6.5.2 counts it.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = Field<'_>> {
        let mut start = 0;
        self.fields.iter().map(move |stored| {
            let (middle, end) = (stored.name_end as usize, stored.value_end as usize);
            let field = Field {
                name: &self.octets[start..middle],
                value: &self.octets[middle..end],
                indexing: stored.indexing,
            };
            start = end;
            field
        })
    }
}

/// Places; a template's number says which.
const PLACES: usize = 16;

/// Encoded templates longer than this are encoded each time.
const BLOCK_MAX: usize = 512;

#[derive(Debug, Default)]
struct Place {
    template: u32,
    /// The table's number of changes when this was encoded.
    changes: u64,
    /// A HEADERS frame of stream 0, with the block.
    frame: Vec<u8>,
}

/// Templates as this connection's table makes them.
#[derive(Debug, Default)]
pub(super) struct TemplateCache {
    places: Vec<Place>,
}

impl TemplateCache {
    /// The template as a HEADERS frame of stream 0, if it has become one.
    #[inline]
    pub(super) fn frame(&self, encoder: &Encoder, template: &Template) -> Option<&[u8]> {
        let known = self.places.get(template.id as usize % PLACES)?;
        let holds = known.template == template.id && known.changes == encoder.changes();
        holds.then_some(&known.frame)
    }

    /// Appends the template's block.
    #[inline]
    pub(super) fn encode(&mut self, encoder: &mut Encoder, template: &Template, out: &mut Vec<u8>) {
        match self.frame(encoder, template) {
            Some(frame) => out.extend_from_slice(&frame[HEADER_LEN..]),
            None => self.miss(encoder, template, out),
        }
    }

    fn miss(&mut self, encoder: &mut Encoder, template: &Template, out: &mut Vec<u8>) {
        let place = template.id as usize % PLACES;
        let (start, before) = (out.len(), encoder.changes());
        for field in template.fields() {
            encoder.encode(out, &field);
        }
        // What was inserted just now is an index from the next time on.
        if encoder.changes() != before || out.len() - start > BLOCK_MAX {
            return;
        }
        while self.places.len() <= place {
            self.places.push(Place::default());
        }
        let known = &mut self.places[place];
        known.template = template.id;
        known.changes = before;
        let block = &out[start..];
        known.frame.clear();
        frame::write_header(&mut known.frame, block.len(), Kind::Headers, END_HEADERS, 0);
        known.frame.extend_from_slice(block);
    }

    pub(super) fn memory(&self) -> usize {
        let frames: usize = self.places.iter().map(|p| p.frame.capacity()).sum();
        frames + self.places.capacity() * size_of::<Place>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn becomes_indexes_and_follows_the_table() {
        let grpc = Field::new("content-type", "application/grpc").indexing(Indexing::Insert);
        let template = Template::new(&[Field::new(":status", "200"), grpc]).unwrap();
        let mut encoder = Encoder::new(4096);
        let mut cache = TemplateCache::default();
        let mut block = |encoder: &mut Encoder| {
            let mut out = Vec::new();
            cache.encode(encoder, &template, &mut out);
            out
        };
        assert!(block(&mut encoder).len() > 2);
        assert_eq!(block(&mut encoder), [0x88, 0xbe]);
        assert_eq!(block(&mut encoder), [0x88, 0xbe]);
        let other = Field::new("x", "y").indexing(Indexing::Insert);
        encoder.encode(&mut Vec::new(), &other);
        assert_eq!(block(&mut encoder), [0x88, 0xbf]);
    }

    #[test]
    fn refuses_what_cannot_be_sent() {
        for fields in [
            &[Field::new("Upper", "x")][..],
            &[Field::new("a", "b\n")],
            &[Field::new("connection", "close")],
            &[Field::new("a", "b"), Field::new(":status", "200")],
        ] {
            assert_eq!(Template::new(fields).err(), Some(SendError::Field));
        }
    }
}
