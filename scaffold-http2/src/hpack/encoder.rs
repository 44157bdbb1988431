//! Fields into header blocks (RFC 7541 section 6).

use super::static_table::{self, Found};
use super::table::{Meta, OVERHEAD, Table};
use super::{Field, Indexing, huffman, integer};
use crate::field::Name;

/// The sending half of one connection's compression state.
///
/// Blocks must be written in the order they were encoded in, except those of
/// [`encode_alone`](Self::encode_alone), which refer to nothing that changes.
#[derive(Debug)]
pub(crate) struct Encoder {
    table: Table,
    /// The largest table this side wants to keep.
    cap: usize,
    /// Smallest and last size since the last block; the next one must say
    /// both (section 4.2).
    due: Option<(usize, usize)>,
}

impl Encoder {
    /// An encoder that keeps at most `cap` bytes, and 4,096 until the peer
    /// allows more.
    pub(crate) fn new(cap: usize) -> Self {
        let max = cap.min(4096);
        Self {
            table: Table::new(max),
            cap,
            // The peer assumes 4,096 (RFC 9113 section 6.5.2).
            due: (max != 4096).then_some((max, max)),
        }
    }

    /// The peer's SETTINGS_HEADER_TABLE_SIZE.
    pub(crate) fn set_limit(&mut self, limit: usize) {
        let max = limit.min(self.cap);
        if max == self.table.max() {
            return;
        }
        let lowest = self.due.map_or(max, |(lowest, _)| lowest.min(max));
        self.due = Some((lowest, max));
        self.table.resize(max);
    }

    /// Goes up whenever an index may have changed its meaning.
    #[inline]
    pub(crate) fn changes(&self) -> u64 {
        self.table.changes()
    }

    pub(crate) fn memory(&self) -> usize {
        self.table.memory()
    }

    /// Whether the next block must begin with a size update.
    #[inline]
    pub(crate) fn is_due(&self) -> bool {
        self.due.is_some()
    }

    /// Writes the size updates that the next block must begin with. Call it
    /// in front of every block.
    #[inline]
    pub(crate) fn begin(&mut self, out: &mut Vec<u8>) {
        if let Some((lowest, last)) = self.due.take() {
            integer::encode(out, 0x20, 5, lowest);
            if last != lowest {
                integer::encode(out, 0x20, 5, last);
            }
        }
    }

    /// Appends a field, by index where that is possible.
    pub(crate) fn encode(&mut self, out: &mut Vec<u8>, field: &Field<'_>) {
        let kind = Name::of(field.name);
        let name = match static_table::find(kind, field.name, field.value) {
            Found::Field(index) if field.indexing != Indexing::Never => {
                integer::encode(out, 0x80, 7, index);
                return;
            }
            Found::Field(index) | Found::Name(index) => Some(index),
            Found::Nothing => None,
        };
        match field.indexing {
            Indexing::Insert => self.insert(out, field, kind, name),
            Indexing::Without => self.literal(out, 0x00, field, name),
            Indexing::Never => self.literal(out, 0x10, field, name),
        }
    }

    /// Appends a field without touching or using the dynamic table.
    pub(crate) fn encode_alone(out: &mut Vec<u8>, field: &Field<'_>) {
        let kind = Name::of(field.name);
        let pattern = match field.indexing {
            Indexing::Never => 0x10,
            _ => 0x00,
        };
        match static_table::find(kind, field.name, field.value) {
            Found::Field(index) if pattern == 0 => integer::encode(out, 0x80, 7, index),
            Found::Field(index) | Found::Name(index) => {
                integer::encode(out, pattern, 4, index);
                string(out, field.value);
            }
            Found::Nothing => {
                out.push(pattern);
                string(out, field.name);
                string(out, field.value);
            }
        }
    }

    fn insert(&mut self, out: &mut Vec<u8>, field: &Field<'_>, kind: Name, name: Option<usize>) {
        let hash = hash(field.name, field.value);
        let found = self.table.find(hash, |name, value| {
            name == field.name && value == field.value
        });
        if let Some(index) = found {
            integer::encode(out, 0x80, 7, static_table::LEN + 1 + index);
            return;
        }
        // An entry that takes most of the table would only push out others.
        let size = field.name.len() + field.value.len() + OVERHEAD;
        if size > self.table.max() / 2 {
            self.literal(out, 0x00, field, name);
            return;
        }
        let name = name.or_else(|| self.dynamic_name(field.name));
        match name {
            Some(index) => integer::encode(out, 0x40, 6, index),
            None => {
                out.push(0x40);
                string(out, field.name);
            }
        }
        string(out, field.value);
        let meta = Meta {
            name: kind,
            fault: None,
        };
        self.table.insert(field.name, field.value, hash, meta);
    }

    fn literal(&self, out: &mut Vec<u8>, pattern: u8, field: &Field<'_>, name: Option<usize>) {
        match name.or_else(|| self.dynamic_name(field.name)) {
            Some(index) => integer::encode(out, pattern, 4, index),
            None => {
                out.push(pattern);
                string(out, field.name);
            }
        }
        string(out, field.value);
    }

    fn dynamic_name(&self, name: &[u8]) -> Option<usize> {
        Some(static_table::LEN + 1 + self.table.find_name(name)?)
    }
}

/// A string, Huffman-coded when that is shorter (section 5.2).
fn string(out: &mut Vec<u8>, text: &[u8]) {
    let coded = huffman::encoded_len(text);
    if coded < text.len() {
        integer::encode(out, 0x80, 7, coded);
        huffman::encode(text, out);
    } else {
        integer::encode(out, 0x00, 7, text.len());
        out.extend_from_slice(text);
    }
}

/// FNV-1a. The peer does not choose what this side sends often enough for
/// collisions to matter, and a collision costs one comparison.
fn hash(name: &[u8], value: &[u8]) -> u32 {
    let parts = name.iter().chain(&[0]).chain(value);
    parts.fold(0x811c_9dc5, |sum, &byte| {
        (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(encoder: &mut Encoder, field: Field<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        encoder.begin(&mut out);
        encoder.encode(&mut out, &field);
        out
    }

    #[test]
    fn shapes() {
        let encoder = &mut Encoder::new(4096);
        assert_eq!(encoded(encoder, Field::new(":status", "200")), [0x88]);
        let never = Field::new(":status", "200").indexing(Indexing::Never);
        assert_eq!(encoded(encoder, never), [0x18, 0x82, 0x10, 0x01]);
        let grpc = Field::new("content-type", "!!!").indexing(Indexing::Insert);
        assert_eq!(encoded(encoder, grpc), *b"\x5f\x03!!!");
        assert_eq!(encoded(encoder, grpc), [0xbe]);
        let plain = Field::new("content-type", "!!!!");
        assert_eq!(encoded(encoder, plain), *b"\x0f\x10\x04!!!!");
    }

    #[test]
    fn both_sizes_are_announced() {
        let mut encoder = Encoder::new(4096);
        encoder.set_limit(0);
        encoder.set_limit(8192);
        let block = encoded(&mut encoder, Field::new(":status", "200"));
        assert_eq!(block, [0x20, 0x3f, 0xe1, 0x1f, 0x88]);
        let block = encoded(&mut encoder, Field::new(":status", "200"));
        assert_eq!(block, [0x88]);
    }
}
