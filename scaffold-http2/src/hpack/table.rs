//! The dynamic table (RFC 7541 sections 2.3.2 and 4), for both directions.

use std::collections::VecDeque;

use crate::Cause;
use crate::field::Name;

/// What RFC 7541 section 4.1 adds to the octets of an entry.
pub(super) const OVERHEAD: usize = 32;

/// What is known of a field without looking at its octets again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meta {
    pub(crate) name: Name,
    pub(crate) fault: Option<Cause>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Counted from the first octet ever inserted.
    start: u64,
    name_len: u32,
    value_len: u32,
    /// Of name and value; the encoder searches by it.
    hash: u32,
    meta: Meta,
}

/// Entries in the order of insertion, their octets behind one another.
///
/// Octets of evicted entries stay until they are half of the storage, then
/// one move closes the gap: every entry is one slice, and an insert costs its
/// own length, amortised.
#[derive(Debug)]
pub(super) struct Table {
    octets: Vec<u8>,
    /// How many octets were dropped from the front of `octets` so far.
    base: u64,
    entries: VecDeque<Entry>,
    size: usize,
    max: usize,
    changes: u64,
    /// Entries that were ever inserted.
    inserted: u64,
}

impl Table {
    pub(super) fn new(max: usize) -> Self {
        Self {
            octets: Vec::new(),
            base: 0,
            entries: VecDeque::new(),
            size: 0,
            max,
            changes: 0,
            inserted: 0,
        }
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn max(&self) -> usize {
        self.max
    }

    #[cfg(test)]
    pub(super) fn size(&self) -> usize {
        self.size
    }

    /// Goes up with each insert and each change of size: while it stands
    /// still, every index means the same field.
    pub(super) fn changes(&self) -> u64 {
        self.changes
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        self.octets.capacity() + self.entries.capacity() * size_of::<Entry>()
    }

    /// How many entries were inserted before this one: its number for ever.
    #[inline]
    pub(super) fn number(&self, index: usize) -> Option<u64> {
        (index < self.entries.len()).then(|| self.inserted - 1 - index as u64)
    }

    /// Name, value and what is known of them; `index` 0 is the newest.
    #[inline]
    pub(super) fn get(&self, index: usize) -> Option<(&[u8], &[u8], Meta)> {
        let at = self.entries.len().checked_sub(index + 1)?;
        let entry = self.entries.get(at)?;
        let start = (entry.start - self.base) as usize;
        let middle = start + entry.name_len as usize;
        let end = middle + entry.value_len as usize;
        let octets = &self.octets[..end];
        Some((&octets[start..middle], &octets[middle..], entry.meta))
    }

    /// Adds an entry and evicts the oldest until it fits. One that is larger
    /// than the table empties it and is not added (section 4.4).
    pub(super) fn insert(&mut self, name: &[u8], value: &[u8], hash: u32, meta: Meta) {
        self.changes += 1;
        let need = name.len() + value.len() + OVERHEAD;
        self.evict_to(self.max.saturating_sub(need));
        if need > self.max {
            return;
        }
        self.compact();
        let start = self.base + self.octets.len() as u64;
        self.octets.extend_from_slice(name);
        self.octets.extend_from_slice(value);
        self.entries.push_back(Entry {
            start,
            name_len: name.len() as u32,
            value_len: value.len() as u32,
            hash,
            meta,
        });
        self.size += need;
        self.inserted += 1;
    }

    /// Sets the maximum size and evicts what is above it (section 4.3).
    pub(super) fn resize(&mut self, max: usize) {
        self.changes += 1;
        self.max = max;
        self.evict_to(max);
    }

    /// The newest entry whose hash is `hash` and that `same` agrees with.
    pub(super) fn find(&self, hash: u32, same: impl Fn(&[u8], &[u8]) -> bool) -> Option<usize> {
        for (index, entry) in self.entries.iter().rev().enumerate() {
            if entry.hash == hash {
                let (name, value, _) = self.get(index)?;
                if same(name, value) {
                    return Some(index);
                }
            }
        }
        None
    }

    /// The newest entry with this name.
    pub(super) fn find_name(&self, name: &[u8]) -> Option<usize> {
        (0..self.entries.len()).find(|&index| {
            self.get(index)
                .is_some_and(|(other, _, _)| other.len() == name.len() && other == name)
        })
    }

    fn evict_to(&mut self, room: usize) {
        while self.size > room {
            let Some(entry) = self.entries.pop_front() else {
                break;
            };
            self.size -= (entry.name_len + entry.value_len) as usize + OVERHEAD;
        }
    }

    fn compact(&mut self) {
        let dead = match self.entries.front() {
            Some(entry) => (entry.start - self.base) as usize,
            None => self.octets.len(),
        };
        if dead > self.max.max(256) {
            self.octets.drain(..dead);
            self.base += dead as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const META: Meta = Meta {
        name: Name::Other,
        fault: None,
    };

    fn names(table: &Table) -> Vec<String> {
        (0..table.len())
            .map(|index| String::from_utf8(table.get(index).unwrap().0.to_vec()).unwrap())
            .collect()
    }

    #[test]
    fn the_oldest_go_first() {
        let mut table = Table::new(100);
        for name in ["a", "b", "c"] {
            table.insert(name.as_bytes(), b"1", 0, META);
        }
        // 34 octets each: three are 102.
        assert_eq!(names(&table), ["c", "b"]);
        assert_eq!(table.size(), 68);
        table.resize(40);
        assert_eq!(names(&table), ["c"]);
        table.insert(&[b'x'; 20], b"", 0, META);
        assert_eq!((table.len(), table.size()), (0, 0));
        assert!(table.get(0).is_none());
    }

    #[test]
    fn memory_stays_bounded() {
        let mut table = Table::new(4096);
        for round in 0u32..100_000 {
            table.insert(&round.to_be_bytes(), &[7; 60], round, META);
            assert_eq!(table.get(0).unwrap().0, round.to_be_bytes());
        }
        let oldest = table.len() - 1;
        assert_eq!(table.get(oldest).unwrap().1, [7; 60]);
        assert!(table.memory() < 4 * 4096, "{}", table.memory());
        assert_eq!(table.find(99_999, |_, _| true), Some(0));
    }
}
