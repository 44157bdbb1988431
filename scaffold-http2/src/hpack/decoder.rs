//! Header blocks into fields (RFC 7541 sections 3 and 6).

use super::rep::{Kind, Rep};
use super::table::{Meta, Table};
use super::{huffman, integer, static_table};
use crate::field::{self, Name};
use crate::head::HeadBuf;

/// Why a block ends the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It cannot be decoded: the two tables no longer agree.
    Compression,
    /// It unfolds into more than any honest peer would send.
    Bomb,
}

/// A field that was read, apart from its octets.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Read {
    pub(crate) rep: Rep,
    /// Of the field; zero when no table holds it.
    pub(crate) key: u64,
    /// Of the entry that its name came from; zero when it was written out.
    pub(crate) name_key: u64,
    pub(crate) name: Name,
}

impl Read {
    fn new(rep: Rep, key: u64, name_key: u64, name: Name) -> Self {
        Self {
            rep,
            key,
            name_key,
            name,
        }
    }
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
    #[cfg(test)]
    pub(crate) fn decode(&mut self, block: &[u8], head: &mut HeadBuf) -> Result<(), Refusal> {
        let mut at = self.begin(block)?;
        while at < block.len() {
            self.field(block, &mut at, head)?;
        }
        Ok(())
    }

    /// Appends the field whose representation stands at `at`, and moves `at`
    /// behind it.
    ///
    /// Malformed fields and fields above the list limit are noted in `head`
    /// and the block must be read to its end all the same: what it does to
    /// the table counts for every later block.
    pub(crate) fn field(
        &mut self,
        block: &[u8],
        at: &mut usize,
        head: &mut HeadBuf,
    ) -> Result<Read, Refusal> {
        let rep = Rep::read(block, at).ok_or(Refusal::Compression)?;
        let start = head.begin();
        let key = self.key(rep.index)?;
        if rep.kind == Kind::Indexed {
            if key == 0 {
                return Err(Refusal::Compression);
            }
            let (name, value, meta) = self.entry(rep.index)?;
            head.octets().extend_from_slice(name);
            head.octets().extend_from_slice(value);
            head.commit(start, name.len(), meta.name, meta.fault)?;
            return Ok(Read::new(rep, key, key, meta.name));
        }
        let (name_len, meta) = self.literal(block, rep, start, head)?;
        let (name, value) = head.tail(start, name_len);
        let own = match rep.kind {
            Kind::Insert => self.insert(name, value, meta),
            _ => 0,
        };
        head.commit(start, name_len, meta.name, meta.fault)?;
        Ok(Read::new(rep, own, key, meta.name))
    }

    /// Reads the size updates a block may begin with (section 6.3) and
    /// returns where its fields begin.
    #[inline]
    pub(crate) fn begin(&mut self, block: &[u8]) -> Result<usize, Refusal> {
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

    /// What an index means for as long as the connection lives: two equal
    /// keys are the same field. An index of zero has the key zero.
    #[inline]
    pub(crate) fn key(&self, index: u32) -> Result<u64, Refusal> {
        match (index as usize).checked_sub(static_table::LEN + 1) {
            None => Ok(index.into()),
            Some(at) => match self.table.number(at) {
                Some(number) => Ok(number + static_table::LEN as u64 + 1),
                None => Err(Refusal::Compression),
            },
        }
    }

    /// A field of a table (section 6.1). `index` is not zero.
    #[inline]
    pub(crate) fn entry(&self, index: u32) -> Result<(&[u8], &[u8], Meta), Refusal> {
        let index = index as usize;
        if let Some(at) = index.checked_sub(static_table::LEN + 1) {
            return self.table.get(at).ok_or(Refusal::Compression);
        }
        let at = index.checked_sub(1).ok_or(Refusal::Compression)?;
        let (name, value) = static_table::ENTRIES[at];
        let kind = static_table::name(index);
        let fault = match value {
            // Most entries without a value are no fields anyone sends; the
            // check is as good as a table.
            "" => field::check(kind, name.as_bytes(), b""),
            _ => None,
        };
        let meta = Meta { name: kind, fault };
        Ok((name.as_bytes(), value.as_bytes(), meta))
    }

    /// Puts a field into the dynamic table and returns its key.
    #[inline]
    pub(crate) fn insert(&mut self, name: &[u8], value: &[u8], meta: Meta) -> u64 {
        self.table.insert(name, value, 0, meta);
        // One that was too large for the table has none.
        self.key(static_table::LEN as u32 + 1).unwrap_or(0)
    }

    /// Reads a field whose value, and perhaps name, is written out (6.2).
    fn literal(
        &self,
        block: &[u8],
        rep: Rep,
        start: usize,
        head: &mut HeadBuf,
    ) -> Result<(usize, Meta), Refusal> {
        let mut at = rep.strings as usize;
        let known = if rep.index == 0 {
            string(block, &mut at, head.octets())?;
            None
        } else {
            let (name, _, meta) = self.entry(rep.index)?;
            head.octets().extend_from_slice(name);
            Some(meta.name)
        };
        let name_len = head.octets().len() - start;
        string(block, &mut at, head.octets())?;
        let (name, value) = head.tail(start, name_len);
        let kind = known.unwrap_or_else(|| field::Name::of(name));
        let meta = Meta {
            name: kind,
            fault: field::check(kind, name, value),
        };
        Ok((name_len, meta))
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
pub(crate) fn string(block: &[u8], at: &mut usize, out: &mut Vec<u8>) -> Result<(), Refusal> {
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
