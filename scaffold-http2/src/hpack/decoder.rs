//! Header blocks into fields (RFC 7541 sections 3 and 6).

use super::table::{Meta, Table};
use super::{huffman, integer, static_table};
use crate::field;
use crate::head::HeadBuf;

/// Why a block ends the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It cannot be decoded: the two tables no longer agree.
    Compression,
    /// It unfolds into more than any honest peer would send.
    Bomb,
}

/// Table size that both ends begin with.
const INITIAL: usize = 4_096;

/// The receiving half of one connection's compression state.
#[derive(Debug)]
pub(crate) struct Decoder {
    table: Table,
    /// What SETTINGS_HEADER_TABLE_SIZE of this side allows.
    limit: usize,
    /// The limit went below the table's size: the next block must say that
    /// the peer knows (section 4.2).
    update_due: bool,
}

impl Decoder {
    /// A decoder for a peer that may use `limit` bytes, and 4,096 until it has
    /// heard of less. It begins with 4,096 in any case (RFC 9113 section
    /// 6.5.2): a larger table is the peer's to announce.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            table: Table::new(INITIAL),
            limit: limit.max(INITIAL),
            update_due: false,
        }
    }

    /// The peer has acknowledged another table size.
    pub(crate) fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
        self.update_due = self.table.max() > limit;
    }

    /// While this number stands still, equal blocks mean equal fields.
    #[inline]
    pub(crate) fn changes(&self) -> u64 {
        self.table.changes()
    }

    pub(crate) fn memory(&self) -> usize {
        self.table.memory()
    }

    /// Appends the fields of a block to `head`.
    ///
    /// Malformed fields and fields above the list limit are noted there and
    /// the block is read to its end all the same: what it does to the table
    /// counts for every later block.
    pub(crate) fn decode(&mut self, block: &[u8], head: &mut HeadBuf) -> Result<(), Refusal> {
        let mut at = self.size_updates(block)?;
        while let Some(&first) = block.get(at) {
            at += 1;
            let start = head.begin();
            if first & 0x80 != 0 {
                let index = number(block, &mut at, first, 7)?;
                let (name_len, meta) = self.indexed(index, head)?;
                head.commit(start, name_len, meta.name, meta.fault)?;
            } else if first & 0x40 != 0 {
                let index = number(block, &mut at, first, 6)?;
                let (name_len, meta) = self.literal(block, &mut at, index, start, head)?;
                let (name, value) = head.tail(start, name_len);
                self.table.insert(name, value, 0, meta);
                head.commit(start, name_len, meta.name, meta.fault)?;
            } else if first & 0x20 == 0 {
                let index = number(block, &mut at, first, 4)?;
                let (name_len, meta) = self.literal(block, &mut at, index, start, head)?;
                head.commit(start, name_len, meta.name, meta.fault)?;
            } else {
                // A size update behind a field (section 4.2).
                return Err(Refusal::Compression);
            }
        }
        Ok(())
    }

    /// Reads the size updates a block may begin with (section 6.3).
    #[inline]
    fn size_updates(&mut self, block: &[u8]) -> Result<usize, Refusal> {
        let mut at = 0;
        while let Some(&first) = block.get(at) {
            if first & 0xe0 != 0x20 {
                break;
            }
            at += 1;
            let size = number(block, &mut at, first, 5)?;
            if size > self.limit {
                return Err(Refusal::Compression);
            }
            self.table.resize(size);
            self.update_due = false;
        }
        if self.update_due {
            return Err(Refusal::Compression);
        }
        Ok(at)
    }

    /// Copies a whole field out of a table (section 6.1).
    fn indexed(&self, index: usize, head: &mut HeadBuf) -> Result<(usize, Meta), Refusal> {
        if let Some(at) = index.checked_sub(static_table::LEN + 1) {
            let (octets, name_len, meta) = self.table.octets(at).ok_or(Refusal::Compression)?;
            head.octets().extend_from_slice(octets);
            return Ok((name_len, meta));
        }
        let at = index.checked_sub(1).ok_or(Refusal::Compression)?;
        let (name, value) = static_table::ENTRIES[at];
        head.octets().extend_from_slice(name.as_bytes());
        head.octets().extend_from_slice(value.as_bytes());
        let kind = static_table::name(index);
        let fault = match value {
            // Most entries without a value are no fields anyone sends; the
            // check is as good as a table.
            "" => field::check(kind, name.as_bytes(), b""),
            _ => None,
        };
        Ok((name.len(), Meta { name: kind, fault }))
    }

    /// Reads a field whose value, and perhaps name, is written out (6.2).
    fn literal(
        &self,
        block: &[u8],
        at: &mut usize,
        index: usize,
        start: usize,
        head: &mut HeadBuf,
    ) -> Result<(usize, Meta), Refusal> {
        let known = if index == 0 {
            string(block, at, head.octets())?;
            None
        } else {
            Some(self.name(index, head)?)
        };
        let name_len = head.octets().len() - start;
        string(block, at, head.octets())?;
        let (name, value) = head.tail(start, name_len);
        let kind = known.unwrap_or_else(|| field::Name::of(name));
        let meta = Meta {
            name: kind,
            fault: field::check(kind, name, value),
        };
        Ok((name_len, meta))
    }

    /// Copies a name out of a table.
    fn name(&self, index: usize, head: &mut HeadBuf) -> Result<field::Name, Refusal> {
        match index.checked_sub(static_table::LEN + 1) {
            Some(at) => {
                let (name, _, meta) = self.table.get(at).ok_or(Refusal::Compression)?;
                head.octets().extend_from_slice(name);
                Ok(meta.name)
            }
            None => {
                let (name, _) = static_table::ENTRIES[index - 1];
                head.octets().extend_from_slice(name.as_bytes());
                Ok(static_table::name(index))
            }
        }
    }
}

#[inline]
fn number(block: &[u8], at: &mut usize, first: u8, bits: u32) -> Result<usize, Refusal> {
    match integer::decode(block, at, first, bits) {
        Some(value) => Ok(value as usize),
        None => Err(Refusal::Compression),
    }
}

/// Appends a string literal (section 5.2).
fn string(block: &[u8], at: &mut usize, out: &mut Vec<u8>) -> Result<(), Refusal> {
    let &first = block.get(*at).ok_or(Refusal::Compression)?;
    *at += 1;
    let len = number(block, at, first, 7)?;
    let text = block
        .get(*at..)
        .and_then(|rest| rest.get(..len))
        .ok_or(Refusal::Compression)?;
    *at += len;
    if first & 0x80 == 0 {
        out.extend_from_slice(text);
        return Ok(());
    }
    huffman::decode(text, out).ok_or(Refusal::Compression)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::head::ListLimits;

    fn decode(decoder: &mut Decoder, block: &[u8]) -> Result<HeadBuf, Refusal> {
        let mut head = HeadBuf::new(ListLimits::TEST);
        decoder.decode(block, &mut head).map(|()| head)
    }

    #[test]
    fn indexes_that_lead_nowhere() {
        for block in [&[0x80][..], &[0xbe], &[0x7e, 1, b'a'], &[0xff, 0x80, 0x01]] {
            let seen = decode(&mut Decoder::new(4096), block);
            assert_eq!(seen.err(), Some(Refusal::Compression), "{block:?}");
        }
    }

    #[test]
    fn strings_that_end_too_early() {
        for block in [
            &[0x40][..],
            &[0x40, 2, b'a'],
            &[0x00, 1, b'a'],
            &[0x01, 0x7f],
        ] {
            assert!(decode(&mut Decoder::new(4096), block).is_err(), "{block:?}");
        }
    }

    #[test]
    fn size_updates_stand_first_and_keep_the_limit() {
        let mut decoder = Decoder::new(4096);
        assert!(decode(&mut decoder, &[0x20, 0x3f, 0xe1, 0x1f, 0x82]).is_ok());
        assert!(decode(&mut decoder, &[0x82, 0x20]).is_err());
        // 4097
        assert!(decode(&mut decoder, &[0x3f, 0xe2, 0x1f]).is_err());
    }

    /// What a larger limit allows is not used before the peer says so.
    #[test]
    fn a_larger_table_is_announced_by_the_peer() {
        use crate::hpack::{Encoder, Field, Indexing};
        let (mut encoder, mut decoder) = (Encoder::new(16_384), Decoder::new(16_384));
        for round in 0..400 {
            if round == 200 {
                encoder.set_limit(16_384);
            }
            let value = format!("{round:060}");
            let field = Field::new("x", &value).indexing(Indexing::Insert);
            // The second is an index, as old as the table reaches.
            let old = format!("{:060}", round.max(30) - 30);
            let again = Field::new("x", &old).indexing(Indexing::Insert);
            let mut block = Vec::new();
            encoder.begin(&mut block);
            encoder.encode(&mut block, &field);
            encoder.encode(&mut block, &again);
            let head = decode(&mut decoder, &block).unwrap();
            let fields: Vec<_> = crate::Head(&head)
                .fields()
                .map(|(_, v)| v.to_vec())
                .collect();
            assert_eq!(fields, [value.into_bytes(), old.into_bytes()]);
        }
    }

    #[test]
    fn a_smaller_table_must_be_announced() {
        let mut decoder = Decoder::new(4096);
        decoder.set_limit(100);
        assert!(decode(&mut decoder, &[0x82]).is_err());
        let mut decoder = Decoder::new(4096);
        decoder.set_limit(100);
        assert!(decode(&mut decoder, &[0x3f, 69, 0x82]).is_ok());
        assert!(decode(&mut decoder, &[0x82]).is_ok());
    }
}
