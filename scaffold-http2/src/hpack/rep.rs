//! How one field is represented in a block (RFC 7541 section 6), without
//! looking at any table.

use super::integer;

/// What a representation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Names a field of a table.
    Indexed,
    /// Writes a field out, and puts it into the dynamic table.
    Insert,
    /// Writes a field out.
    Alone,
}

/// Where the parts of a representation lie in its block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rep {
    pub(crate) kind: Kind,
    /// Of the field, or of its name; zero for a name that is written out.
    pub(crate) index: u32,
    /// Where it begins.
    pub(crate) start: u32,
    /// Where the strings begin: name, unless it has an index, and value.
    pub(crate) strings: u32,
    /// Where the string of the value begins.
    pub(crate) value: u32,
    /// Where it ends.
    pub(crate) end: u32,
}

impl Rep {
    /// Reads the representation at `at` and moves `at` behind it. `None` when
    /// it does not fit the block, and for a size update, which stands in front
    /// of all fields or nowhere (section 4.2).
    #[inline]
    pub(crate) fn read(block: &[u8], at: &mut usize) -> Option<Self> {
        let start = *at as u32;
        let &first = block.get(*at)?;
        *at += 1;
        let (kind, bits) = match first {
            0x80.. => (Kind::Indexed, 7),
            0x40.. => (Kind::Insert, 6),
            0x20.. => return None,
            _ => (Kind::Alone, 4),
        };
        let index = integer::decode(block, at, first, bits)?;
        let strings = *at as u32;
        let mut value = strings;
        if kind != Kind::Indexed {
            if index == 0 {
                skip(block, at)?;
                value = *at as u32;
            }
            skip(block, at)?;
        }
        Some(Self {
            kind,
            index,
            start,
            strings,
            value,
            end: *at as u32,
        })
    }
}

/// Passes over a string literal.
#[inline]
fn skip(block: &[u8], at: &mut usize) -> Option<()> {
    let &first = block.get(*at)?;
    *at += 1;
    let len = integer::decode(block, at, first, 7)? as usize;
    *at += len;
    (*at <= block.len()).then_some(())
}
