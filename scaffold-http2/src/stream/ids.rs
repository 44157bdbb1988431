//! From identifiers to slots, and what is remembered of streams that ended.
//!
//! # Motivation
//!
//! Identifiers go up by two, and nearly every frame belongs to one of the
//! latest streams. A window over the latest identifiers, addressed directly,
//! finds those with one load. A stream that lives longer than its cell (a
//! newer identifier needs it) moves to a sorted list, where the search costs
//! a few steps more.

/// How a stream ended, which decides what a late frame means (RFC 9113
/// section 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Both sides sent END_STREAM.
    Both,
    /// This side sent RST_STREAM: the peer may not know yet.
    Local,
    /// The peer sent RST_STREAM.
    Remote,
}

/// What is known of an identifier that is not idle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Live(u32),
    Ended(Ended),
    /// Skipped by the peer, or over for so long that it is forgotten.
    Forgotten,
}

const ENDED: u32 = 1 << 31;

/// Cells of a window at first: a connection of few calls has a small one.
const SMALL: usize = 32;

/// Cells that it has before anything in it is forgotten: what a connection with
/// few streams at once needs.
const FIRST: usize = 512;

#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    /// Zero: empty.
    id: u32,
    /// A slot, or [`ENDED`] and how.
    what: u32,
}

#[derive(Debug)]
pub(crate) struct Ids {
    /// Allocated with the first stream: an idle connection has none. It grows
    /// to [`FIRST`] as identifiers come, and beyond when many streams that live
    /// have moved aside, up to `most`.
    window: Vec<Cell>,
    size: usize,
    most: usize,
    /// Live streams whose cells were taken, by identifier.
    older: Vec<(u32, u32)>,
}

impl Ids {
    /// `streams` is how many may be live at once.
    pub(crate) fn new(streams: usize) -> Self {
        // Twice as many cells as live streams, so that as much again is
        // remembered of those that ended.
        let most = (streams.clamp(32, 1 << 15) * 2).next_power_of_two();
        Self {
            window: Vec::new(),
            size: most.min(SMALL),
            most,
            older: Vec::new(),
        }
    }

    #[inline]
    fn cell(&self, id: u32) -> usize {
        (id >> 1) as usize & (self.size - 1)
    }

    #[inline]
    pub(crate) fn insert(&mut self, id: u32, slot: u32) {
        self.put(id, slot);
    }

    /// Notes the end of a stream, live or never opened.
    #[inline]
    pub(crate) fn end(&mut self, id: u32, ended: Ended) {
        if !self.older.is_empty()
            && let Ok(at) = self.older.binary_search_by_key(&id, |entry| entry.0)
        {
            self.older.remove(at);
        }
        self.put(id, ENDED | ended as u32);
    }

    #[inline(always)]
    fn put(&mut self, id: u32, what: u32) {
        let at = self.cell(id);
        match self.window.get_mut(at) {
            // Its own, or one whose stream is over: nearly always, once the
            // window has its size.
            Some(cell)
                if cell.id == id
                    || (cell.what & ENDED != 0
                        && cell.id < id
                        && self.size >= self.most.min(FIRST)) =>
            {
                *cell = Cell { id, what };
            }
            _ => self.put_aside(id, what),
        }
    }

    fn put_aside(&mut self, id: u32, what: u32) {
        if self.window.is_empty() {
            self.window.resize(self.size, Cell::default());
        }
        let at = self.cell(id);
        let old = self.window[at];
        if old.id != 0 && old.id != id && self.size < self.most.min(FIRST) {
            self.grow();
            return self.put_aside(id, what);
        }
        if old.id > id {
            // The stream is older than what its cell holds now; that it ended
            // is forgotten, and a live one is never older than its cell.
            return;
        }
        if old.id != 0 && old.id != id && old.what & ENDED == 0 {
            if self.size < self.most && self.older.len() >= self.size / 8 {
                self.grow();
                return self.put_aside(id, what);
            }
            let place = self.older.partition_point(|entry| entry.0 < old.id);
            self.older.insert(place, (old.id, old.what));
        }
        self.window[at] = Cell { id, what };
    }

    /// Doubles the window: it is full, or many streams that live have moved
    /// aside, and most of them find a cell of their own now.
    #[cold]
    fn grow(&mut self) {
        self.size *= 2;
        let cells = vec![Cell::default(); self.size];
        let cells = std::mem::replace(&mut self.window, cells);
        let older = std::mem::take(&mut self.older);
        let aside = older.iter().map(|&(id, what)| Cell { id, what });
        for cell in cells.into_iter().chain(aside).filter(|cell| cell.id != 0) {
            let at = self.cell(cell.id);
            let other = self.window[at];
            // A newer one of those that moved aside is in the way, or an end.
            if other.id == 0 {
                self.window[at] = cell;
            } else if cell.what & ENDED == 0 {
                self.older.push((cell.id, cell.what));
            }
        }
        self.older.sort_unstable();
    }

    #[inline]
    pub(crate) fn find(&self, id: u32) -> Found {
        if let Some(cell) = self.window.get(self.cell(id))
            && cell.id == id
        {
            return match cell.what {
                what if what & ENDED == 0 => Found::Live(what),
                what if what == ENDED | Ended::Both as u32 => Found::Ended(Ended::Both),
                what if what == ENDED | Ended::Local as u32 => Found::Ended(Ended::Local),
                _ => Found::Ended(Ended::Remote),
            };
        }
        match self.older.binary_search_by_key(&id, |entry| entry.0) {
            Ok(at) => Found::Live(self.older[at].1),
            Err(_) => Found::Forgotten,
        }
    }

    /// Bytes of memory held.
    pub(crate) fn memory(&self) -> usize {
        self.window.capacity() * size_of::<Cell>() + self.older.capacity() * size_of::<(u32, u32)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_lives_and_how_the_rest_ended() {
        let mut ids = Ids::new(1);
        ids.insert(1, 0);
        ids.insert(3, 1);
        ids.end(1, Ended::Both);
        ids.end(3, Ended::Local);
        ids.insert(5, 0);
        ids.end(7, Ended::Remote);
        assert_eq!(ids.find(1), Found::Ended(Ended::Both));
        assert_eq!(ids.find(3), Found::Ended(Ended::Local));
        assert_eq!(ids.find(5), Found::Live(0));
        assert_eq!(ids.find(7), Found::Ended(Ended::Remote));
        assert_eq!(ids.find(9), Found::Forgotten);
    }

    #[test]
    fn the_window_grows_with_the_streams_that_live() {
        let mut ids = Ids::new(10_000);
        for n in 0..10_000 {
            ids.insert(n * 2 + 1, n);
        }
        assert!(ids.size >= 8_192 && ids.older.len() < ids.size / 8);
        assert!((0..10_000).all(|n| ids.find(n * 2 + 1) == Found::Live(n)));
        // One that stays among many that pass does not make it grow for ever.
        let mut ids = Ids::new(10_000);
        for n in 0..100_000 {
            ids.insert(n * 2 + 1, n);
            if n > 0 {
                ids.end(n * 2 + 1, Ended::Both);
            }
        }
        assert_eq!((ids.find(1), ids.size), (Found::Live(0), FIRST));
    }

    #[test]
    fn long_lived_streams_move_aside() {
        let mut ids = Ids::new(1);
        let cells = ids.most as u32;
        // Every fourth stream stays.
        for n in 0..cells * 4 {
            let id = n * 2 + 1;
            ids.insert(id, n);
            if n % 4 != 0 {
                ids.end(id, Ended::Both);
            }
        }
        for n in 0..cells * 4 {
            let id = n * 2 + 1;
            match ids.find(id) {
                Found::Live(slot) => assert_eq!((n % 4, slot), (0, n)),
                Found::Ended(ended) => assert_eq!(ended, Ended::Both),
                Found::Forgotten => assert!(n % 4 != 0 && n < cells * 3),
            }
        }
        for n in (0..cells * 4).step_by(4) {
            ids.end(n * 2 + 1, Ended::Both);
        }
        assert!(ids.older.is_empty());
    }
}
