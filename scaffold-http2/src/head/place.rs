//! One section that was decoded, and how much of the next block is the same.

use super::HeadBuf;
use crate::field::{self, Name};
use crate::hpack::{Decoder, Kind, Meta, Read, Refusal, Rep, string};

/// Blocks longer than this are not remembered.
pub(super) const BLOCK_MAX: usize = 1024;

/// Sections of more fields are not either.
pub(super) const FIELDS_MAX: usize = 32;

/// A field as the block had it.
#[derive(Clone, Copy, Debug)]
struct Item {
    /// Of the field; zero when no table held it.
    key: u64,
    /// Of the entry its name came from.
    name_key: u64,
    /// Where its strings are kept as they were written, so that they need not
    /// be decoded again: a name, and behind it a value that must stay the
    /// same. Empty where an index stood for them.
    strings: (u16, u16),
    /// How much of that is the name.
    name_text: u16,
    /// Whether the value is there.
    value_text: bool,
    /// What the place of the value holds.
    room: u32,
    name: Name,
}

/// A section and the way its block put it.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) head: HeadBuf,
    items: Vec<Item>,
    strings: Vec<u8>,
    /// Which item tells it from others at first sight: `:path`, or the first
    /// one where there is none.
    mark: usize,
    /// Whether another block may be compared with the items.
    pub(super) valid: bool,
    /// A block that means this section as long as the table's number of
    /// changes is this one.
    pub(super) exact: Option<u64>,
    pub(super) block: Vec<u8>,
}

/// How far a block was the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Followed {
    /// To its end, but for values that may differ.
    Whole {
        varied: bool,
        /// Something else than `grpc-timeout` did.
        changed: bool,
    },
    /// Up to this field.
    Until(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Same {
    Yes,
    Varied,
    No,
}

impl Place {
    pub(super) fn new(head: HeadBuf) -> Self {
        Self {
            head,
            items: Vec::new(),
            strings: Vec::new(),
            mark: 0,
            valid: false,
            exact: None,
            block: Vec::new(),
        }
    }

    /// Whether a block is worth following: as many fields, the same path.
    #[inline]
    pub(super) fn resembles(&self, decoder: &Decoder, block: &[u8], reps: &[Rep]) -> bool {
        if !self.valid || self.items.len() != reps.len() {
            return false;
        }
        let (Some(item), Some(rep)) = (self.items.get(self.mark), reps.get(self.mark)) else {
            return true;
        };
        match rep.kind {
            Kind::Indexed => decoder.key(rep.index) == Ok(item.key) && item.key != 0,
            Kind::Alone => self.same_text(decoder, block, *item, *rep),
            Kind::Insert => false,
        }
    }

    /// Whether a field is written out with the same bytes as before.
    #[inline]
    fn same_text(&self, decoder: &Decoder, block: &[u8], item: Item, rep: Rep) -> bool {
        item.value_text
            && self.kept(item) == &block[rep.strings as usize..rep.end as usize]
            && decoder.key(rep.index) == Ok(item.name_key)
    }

    fn kept(&self, item: Item) -> &[u8] {
        &self.strings[usize::from(item.strings.0)..usize::from(item.strings.1)]
    }

    /// Whether the name is written out with the same bytes as before.
    #[inline]
    fn same_name_text(&self, block: &[u8], item: Item, rep: Rep) -> bool {
        item.name_text > 0
            && self.kept(item)[..usize::from(item.name_text)]
                == block[rep.strings as usize..rep.value as usize]
    }

    /// Walks along a block, taking over values that differ where they may,
    /// and doing to the table what the block does to it.
    pub(super) fn follow(
        &mut self,
        decoder: &mut Decoder,
        block: &[u8],
        reps: &[Rep],
    ) -> Result<Followed, Refusal> {
        self.exact = None;
        let (mut varied, mut changed) = (false, false);
        for (at, &rep) in reps.iter().enumerate() {
            let same = match rep.kind {
                Kind::Indexed => self.indexed(decoder, at, rep)?,
                _ => self.written(decoder, block, at, rep)?,
            };
            match same {
                Same::Yes => {}
                Same::Varied => {
                    varied = true;
                    changed |= self.items[at].name != Name::GrpcTimeout;
                }
                Same::No => return Ok(Followed::Until(at)),
            }
        }
        Ok(Followed::Whole { varied, changed })
    }

    #[inline]
    fn indexed(&mut self, decoder: &Decoder, at: usize, rep: Rep) -> Result<Same, Refusal> {
        let key = decoder.key(rep.index)?;
        if key == 0 {
            return Err(Refusal::Compression);
        }
        let item = &mut self.items[at];
        if item.key == key {
            return Ok(Same::Yes);
        }
        let (name, value, meta) = decoder.entry(rep.index)?;
        let (own_name, own_value) = self.head.field(self.head.span(item.name, at));
        if meta.fault.is_some() || meta.name != item.name || name != own_name {
            return Ok(Same::No);
        }
        let same = value == own_value;
        if !same && (item.name.is_resolved() || !self.head.takes(own_value.len(), value.len())) {
            return Ok(Same::No);
        }
        item.key = key;
        if same {
            return Ok(Same::Yes);
        }
        let scratch = self.head.begin();
        self.head.octets().extend_from_slice(value);
        item.room = self.head.set_value(at, item.room, scratch);
        Ok(Same::Varied)
    }

    fn written(
        &mut self,
        decoder: &mut Decoder,
        block: &[u8],
        at: usize,
        rep: Rep,
    ) -> Result<Same, Refusal> {
        let item = self.items[at];
        if rep.kind == Kind::Alone && self.same_text(decoder, block, item, rep) {
            return Ok(Same::Yes);
        }
        let name_key = decoder.key(rep.index)?;
        let span = self.head.span(item.name, at);
        let name_len = span.name_len as usize;
        let scratch = self.head.begin();
        if name_key == 0 && !self.same_name_text(block, item, rep) {
            let mut from = rep.strings as usize;
            string(block, &mut from, self.head.octets())?;
            let same = self.head.tail(scratch, 0).1 == self.head.field(span).0;
            self.head.octets().truncate(scratch);
            if !same {
                return Ok(Same::No);
            }
        } else if name_key != 0 && name_key != item.name_key {
            let (name, _, meta) = decoder.entry(rep.index)?;
            if meta.name != item.name || name != self.head.field(span).0 {
                return Ok(Same::No);
            }
        }
        string(block, &mut (rep.value as usize), self.head.octets())?;
        let (own_name, own_value) = self.head.field(span);
        let value = self.head.tail(scratch, 0).1;
        let same = value == own_value;
        debug_assert_eq!(own_name.len(), name_len);
        if !same
            && (item.name.is_resolved()
                || field::check(item.name, own_name, value).is_some()
                || !self.head.takes(own_value.len(), value.len()))
        {
            self.head.octets().truncate(scratch);
            return Ok(Same::No);
        }
        let meta = Meta {
            name: item.name,
            fault: None,
        };
        let item = &mut self.items[at];
        item.name_key = name_key;
        item.key = match rep.kind {
            Kind::Insert => decoder.insert(own_name, value, meta),
            _ => 0,
        };
        if same {
            self.head.octets().truncate(scratch);
            return Ok(Same::Yes);
        }
        item.room = self.head.set_value(at, item.room, scratch);
        Ok(Same::Varied)
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.head.clear();
        self.items.clear();
        self.strings.clear();
        self.mark = 0;
        self.valid = false;
        self.exact = None;
    }

    /// Takes over the first `count` fields of another.
    pub(super) fn begin_like(&mut self, other: &Self, count: usize) -> Result<(), Refusal> {
        for (at, item) in other.items[..count].iter().enumerate() {
            let (name, value) = other.head.field(other.head.span(item.name, at));
            let start = self.head.begin();
            self.head.octets().extend_from_slice(name);
            self.head.octets().extend_from_slice(value);
            self.head.commit(start, name.len(), item.name, None)?;
            let strings = self.keep(other.kept(*item));
            self.push(Item {
                strings,
                room: value.len() as u32,
                ..*item
            });
        }
        Ok(())
    }

    /// Decodes what stands in the block from `at` on.
    pub(super) fn decode(
        &mut self,
        decoder: &mut Decoder,
        block: &[u8],
        mut at: usize,
    ) -> Result<(), Refusal> {
        while at < block.len() {
            let read = decoder.field(block, &mut at, &mut self.head)?;
            if self.items.len() <= FIELDS_MAX && !self.head.is_flawed() {
                self.note(block, read);
            }
        }
        let items = self.items.len();
        self.valid = !self.head.is_flawed() && items <= FIELDS_MAX && block.len() <= BLOCK_MAX;
        Ok(())
    }

    fn note(&mut self, block: &[u8], read: Read) {
        let rep = read.rep;
        let value_text = rep.kind == Kind::Alone && read.name.is_resolved();
        let end = if value_text { rep.end } else { rep.value };
        let strings = match block.len() {
            0..=BLOCK_MAX => self.keep(&block[rep.strings as usize..end as usize]),
            _ => (0, 0),
        };
        let span = self.head.span(read.name, self.items.len());
        self.push(Item {
            key: read.key,
            name_key: read.name_key,
            strings,
            name_text: (rep.value - rep.strings) as u16,
            value_text,
            room: span.value_len,
            name: read.name,
        });
    }

    fn push(&mut self, item: Item) {
        if item.name == Name::Path {
            self.mark = self.items.len();
        }
        self.items.push(item);
    }

    fn keep(&mut self, strings: &[u8]) -> (u16, u16) {
        let start = self.strings.len() as u16;
        self.strings.extend_from_slice(strings);
        (start, self.strings.len() as u16)
    }

    /// Whether this is the same section, values aside that may differ: what
    /// the driver said about one holds for the other.
    pub(super) fn is_twin(&self, other: &Self) -> bool {
        let same = |(at, (a, b)): (usize, (&Item, &Item))| {
            let (name, value) = self.head.field(self.head.span(a.name, at));
            let (others, its) = other.head.field(other.head.span(b.name, at));
            a.name == b.name && name == others && (!a.name.is_resolved() || value == its)
        };
        self.valid
            && other.valid
            && self.items.len() == other.items.len()
            && self.items.iter().zip(&other.items).enumerate().all(same)
    }

    /// Bytes of memory held.
    pub(super) fn memory(&self) -> usize {
        let items = self.items.capacity() * size_of::<Item>();
        self.head.memory() + items + self.strings.capacity() + self.block.capacity()
    }

    /// Gives the memory back.
    pub(super) fn shrink(&mut self) {
        self.clear();
        self.head.shrink();
        self.items = Vec::new();
        self.strings = Vec::new();
        self.block = Vec::new();
    }
}
