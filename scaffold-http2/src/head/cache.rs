//! Blocks seen before.
//!
//! # Motivation
//!
//! The calls of one gRPC client differ in few fields. From the second call on
//! its header blocks are a handful of indexes, and many are equal byte by
//! byte to an earlier one: as long as the dynamic table did not change in
//! between, equal blocks mean equal fields, and the block is compared, not
//! decoded.
//!
//! Deadlines, traces and request identifiers break that. Most clients put
//! each new value into the dynamic table, which moves all other indexes by
//! one, so that no two blocks are equal. Entries keep their number, though:
//! a block is a list of entry numbers, and what is the same as in an earlier
//! section is found by comparing those. Only the new value is decoded, over
//! the old one, and what the driver found out about the section (its route,
//! say) stays with it.

use super::place::{BLOCK_MAX, FIELDS_MAX, Followed, Place};
use super::{Head, HeadBuf, ListLimits};
use crate::hpack::{Decoder, Refusal, Rep};

/// Sections that are remembered: about one per method that a client calls.
const PLACES: usize = 16;

/// Hashes of blocks that point at a place. A power of two.
const HASHES: usize = 32;

/// A place that grew beyond this gives its memory back after use.
const MEMORY_MAX: usize = 4096;

/// The decoder with its memory.
#[derive(Debug)]
pub(crate) struct HeadCache {
    places: Vec<Place>,
    /// For the hash of a block, the place that may have it.
    hashes: [u8; HASHES],
    /// Representations of the block at hand.
    reps: Vec<Rep>,
    /// The place that was used last.
    last: usize,
    /// The place that is overwritten next.
    next: usize,
    /// Values differed last time: to look for an equal block is in vain.
    varies: bool,
    limits: ListLimits,
    /// How many different lists of fields there were.
    versions: u64,
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
            hashes: [0; HASHES],
            reps: Vec::new(),
            last: 0,
            next: 0,
            varies: false,
            limits,
            versions: 0,
        }
    }

    /// Decodes a block, or recognises it.
    #[inline]
    pub(crate) fn decode(
        &mut self,
        decoder: &mut Decoder,
        block: &[u8],
    ) -> Result<Decoded, Refusal> {
        if !self.varies {
            let place = usize::from(self.hashes[hash(block)]);
            if let Some(known) = self.places.get(place)
                && known.exact == Some(decoder.changes())
                && known.block == block
            {
                self.last = place;
                return Ok(Decoded {
                    place,
                    fresh: false,
                });
            }
        }
        self.resembling(decoder, block)
    }

    /// Looks for a section that the block resembles and follows it as far as
    /// it goes.
    fn resembling(&mut self, decoder: &mut Decoder, block: &[u8]) -> Result<Decoded, Refusal> {
        let before = decoder.changes();
        let start = decoder.begin(block)?;
        self.varies = false;
        let Some(place) = self.candidate(decoder, block, start) else {
            return self.fresh(decoder, block, start, before, None);
        };
        match self.places[place].follow(decoder, block, &self.reps)? {
            Followed::Whole { varied, changed } => {
                if changed {
                    self.new_version(place);
                }
                self.last = place;
                self.varies = varied;
                if !varied && decoder.changes() == before {
                    self.remember(place, block, before);
                }
                Ok(Decoded {
                    place,
                    fresh: false,
                })
            }
            Followed::Until(count) => {
                let from = self.reps[count].start as usize;
                self.fresh(decoder, block, from, before, Some((place, count)))
            }
        }
    }

    /// Takes the block apart and finds a section with as many fields and the
    /// same path.
    fn candidate(&mut self, decoder: &Decoder, block: &[u8], start: usize) -> Option<usize> {
        self.reps.clear();
        if block.len() > BLOCK_MAX {
            return None;
        }
        let mut at = start;
        while at < block.len() {
            let rep = Rep::read(block, &mut at)?;
            if self.reps.len() == FIELDS_MAX {
                return None;
            }
            self.reps.push(rep);
        }
        let fits = |&place: &usize| {
            let known = self.places.get(place);
            known.is_some_and(|known| known.resembles(decoder, block, &self.reps))
        };
        let mut order = std::iter::once(self.last).chain(0..self.places.len());
        order.find(fits)
    }

    /// Decodes a block from `start` on; in front of that it is like the first
    /// fields of another section.
    fn fresh(
        &mut self,
        decoder: &mut Decoder,
        block: &[u8],
        start: usize,
        before: u64,
        like: Option<(usize, usize)>,
    ) -> Result<Decoded, Refusal> {
        let place = self.take_place(like.map(|(other, _)| other));
        let mut known = std::mem::replace(
            &mut self.places[place],
            Place::new(HeadBuf::new(self.limits)),
        );
        known.clear();
        let mut decoded = Ok(());
        if let Some((other, count)) = like {
            decoded = known.begin_like(&self.places[other], count);
        }
        if decoded.is_ok() {
            decoded = known.decode(decoder, block, start);
        }
        // The same section in other words: what is known of it goes on.
        if known.valid
            && let Some(twin) = self.places.iter_mut().find(|other| other.is_twin(&known))
        {
            twin.valid = false;
            twin.exact = None;
            known.head.token = twin.head.token;
        }
        self.places[place] = known;
        self.new_version(place);
        decoded?;
        self.last = place;
        // A block that changed the table means something else next time.
        if self.places[place].valid && decoder.changes() == before {
            self.remember(place, block, before);
        }
        Ok(Decoded { place, fresh: true })
    }

    /// A place to decode into: a new one, one that is of no use, or the next
    /// in turn.
    fn take_place(&mut self, except: Option<usize>) -> usize {
        if let Some(free) = self.places.iter().position(|place| !place.valid) {
            return free;
        }
        if self.places.len() < PLACES {
            self.places.push(Place::new(HeadBuf::new(self.limits)));
            return self.places.len() - 1;
        }
        if except == Some(self.next) {
            self.next = (self.next + 1) % PLACES;
        }
        let place = self.next;
        self.next = (place + 1) % PLACES;
        place
    }

    /// The fields at `place` are not what they were.
    fn new_version(&mut self, place: usize) {
        self.versions += 1;
        self.places[place].head.version = self.versions;
    }

    /// Notes that this very block means the section at `place`.
    fn remember(&mut self, place: usize, block: &[u8], changes: u64) {
        let known = &mut self.places[place];
        known.exact = Some(changes);
        known.block.clear();
        known.block.extend_from_slice(block);
        self.hashes[hash(block)] = place as u8;
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

    /// The section is done with: an unusually large place is not kept.
    #[inline]
    pub(crate) fn done(&mut self, decoded: Decoded) {
        if decoded.fresh || self.varies {
            let known = &mut self.places[decoded.place];
            if known.memory() > MEMORY_MAX {
                known.shrink();
            }
        }
    }

    /// Forgets all sections and gives their memory back.
    pub(crate) fn trim(&mut self) {
        // A version is never used twice.
        let versions = self.versions;
        *self = Self::new(self.limits);
        self.versions = versions;
    }

    /// Bytes of memory held.
    pub(crate) fn memory(&self) -> usize {
        let held: usize = self.places.iter().map(Place::memory).sum();
        held + self.places.capacity() * size_of::<Place>() + self.reps.capacity() * size_of::<Rep>()
    }
}

/// Where to look for a block: blocks are short and mostly indexes, so a multiply
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
    (sum >> 32) as usize % HASHES
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
        let first = cache.decode(&mut decoder, &insert).unwrap();
        assert!(first.fresh);
        cache.resolve(first, |_| 7);
        for _ in 0..2 {
            let again = cache.decode(&mut decoder, &indexed).unwrap();
            assert!(!again.fresh);
            assert_eq!(Head(cache.head(again)).token(), 7);
        }
        // Another entry moves the first one up: the same byte means "2" now.
        cache.decode(&mut decoder, &block("2")).unwrap();
        let moved = cache.decode(&mut decoder, &indexed).unwrap();
        assert_eq!(Head(cache.head(moved)).find(b"x"), Some(&b"2"[..]));
        assert_eq!(Head(cache.head(moved)).token(), 7);
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
