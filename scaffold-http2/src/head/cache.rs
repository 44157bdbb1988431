//! Blocks seen before.
//!
//! # Motivation
//!
//! The calls of one gRPC client differ in few fields. From the second call on
//! its header blocks are a handful of indexes, and most are equal byte by
//! byte to an earlier one. As long as the dynamic table did not change in
//! between, equal blocks mean equal fields: the block is compared, not
//! decoded, and what the driver found out about it (its route, say) is
//! remembered with it.

use super::{Head, HeadBuf, ListLimits};
use crate::hpack::{Decoder, Refusal};

/// Places; a block's hash says which. Must be a power of two.
const PLACES: usize = 8;

/// Blocks longer than this are not remembered.
const BLOCK_MAX: usize = 256;

/// A place whose buffer grew beyond this gives it back after use.
const MEMORY_MAX: usize = 4096;

#[derive(Debug)]
struct Place {
    block: Vec<u8>,
    /// The table's number of changes when the block was decoded.
    changes: u64,
    valid: bool,
    head: HeadBuf,
}

/// The decoder with its memory.
#[derive(Debug)]
pub(crate) struct HeadCache {
    places: Vec<Place>,
    limits: ListLimits,
    pub(crate) hits: u64,
    pub(crate) misses: u64,
}

/// What [`HeadCache::decode`] found, and where it lies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decoded {
    place: usize,
    /// Decoded now, and not known from before.
    pub(crate) fresh: bool,
}

impl HeadCache {
    pub(crate) fn new(limits: ListLimits) -> Self {
        Self {
            places: Vec::new(),
            limits,
            hits: 0,
            misses: 0,
        }
    }

    /// Decodes a block, or recognises it.
    #[inline]
    pub(crate) fn decode(
        &mut self,
        decoder: &mut Decoder,
        block: &[u8],
    ) -> Result<Decoded, Refusal> {
        let place = hash(block);
        if let Some(known) = self.places.get(place)
            && known.valid
            && known.changes == decoder.changes()
            && known.block == block
        {
            self.hits += 1;
            return Ok(Decoded {
                place,
                fresh: false,
            });
        }
        self.miss(decoder, block, place)
    }

    fn miss(
        &mut self,
        decoder: &mut Decoder,
        block: &[u8],
        place: usize,
    ) -> Result<Decoded, Refusal> {
        self.misses += 1;
        while self.places.len() <= place {
            self.places.push(Place {
                block: Vec::new(),
                changes: 0,
                valid: false,
                head: HeadBuf::new(self.limits),
            });
        }
        let known = &mut self.places[place];
        known.valid = false;
        known.head.clear();
        let before = decoder.changes();
        decoder.decode(block, &mut known.head)?;
        // A block that changed the table means something else next time.
        if decoder.changes() == before && block.len() <= BLOCK_MAX {
            known.block.clear();
            known.block.extend_from_slice(block);
            known.changes = before;
            known.valid = true;
        }
        Ok(Decoded { place, fresh: true })
    }

    #[inline]
    pub(crate) fn head(&self, decoded: Decoded) -> &HeadBuf {
        &self.places[decoded.place].head
    }

    /// Lets the driver look at a section it has not seen and keeps what it
    /// says.
    #[inline]
    pub(crate) fn resolve(&mut self, decoded: Decoded, look: impl FnOnce(&Head<'_>) -> u64) {
        let head = &mut self.places[decoded.place].head;
        if head.token.is_none() {
            let token = look(&Head(head));
            head.set_token(token);
        }
    }

    /// The section is done with: an unusually large buffer is not kept.
    #[inline]
    pub(crate) fn done(&mut self, decoded: Decoded) {
        if decoded.fresh {
            let known = &mut self.places[decoded.place];
            if known.head.memory() > MEMORY_MAX {
                known.valid = false;
                known.head.shrink();
            }
        }
    }

    /// Bytes of memory held.
    pub(crate) fn memory(&self) -> usize {
        let places = self.places.iter();
        let held: usize = places.map(|p| p.head.memory() + p.block.capacity()).sum();
        held + self.places.capacity() * size_of::<Place>()
    }
}

/// A place for a block: blocks are short and mostly indexes, so a multiply
/// per eight bytes spreads them well enough.
#[inline]
fn hash(block: &[u8]) -> usize {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut sum = block.len() as u64;
    let mut chunks = block.chunks_exact(8);
    for chunk in &mut chunks {
        let word = u64::from_le_bytes(chunk.try_into().unwrap_or_default());
        sum = (sum.rotate_left(23) ^ word).wrapping_mul(ODD);
    }
    for &byte in chunks.remainder() {
        sum = (sum.rotate_left(8) ^ u64::from(byte)).wrapping_mul(ODD);
    }
    (sum >> 32) as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hpack::{Encoder, Field, Indexing};

    #[test]
    fn recognises_a_block_until_the_table_changes() {
        let mut cache = HeadCache::new(ListLimits::TEST);
        let mut decoder = Decoder::new(4096);
        let mut encoder = Encoder::new(4096);
        let mut block = |value: &str| {
            let mut out = Vec::new();
            encoder.encode(&mut out, &Field::new("x", value).indexing(Indexing::Insert));
            out
        };
        let (insert, indexed) = (block("1"), block("1"));
        assert!(cache.decode(&mut decoder, &insert).unwrap().fresh);
        let first = cache.decode(&mut decoder, &indexed).unwrap();
        assert!(first.fresh);
        cache.resolve(first, |_| 7);
        let again = cache.decode(&mut decoder, &indexed).unwrap();
        assert!(!again.fresh);
        assert_eq!(Head(cache.head(again)).token(), 7);
        // Another entry moves the first one up: the same byte means "2" now.
        cache.decode(&mut decoder, &block("2")).unwrap();
        let moved = cache.decode(&mut decoder, &indexed).unwrap();
        assert!(moved.fresh);
        assert_eq!(Head(cache.head(moved)).find(b"x"), Some(&b"2"[..]));
    }

    #[test]
    fn large_sections_are_not_kept() {
        let mut cache = HeadCache::new(ListLimits::TEST);
        let mut decoder = Decoder::new(4096);
        let mut block = Vec::new();
        Encoder::new(0).encode(&mut block, &Field::new("x", &vec![1u8; 100_000]));
        let decoded = cache.decode(&mut decoder, &block).unwrap();
        cache.done(decoded);
        assert!(cache.memory() < 16 * 1024, "{}", cache.memory());
    }
}
