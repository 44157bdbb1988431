//! The protobuf wire format, written to and read from plain bytes.

/// How a value is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WireType {
    Varint = 0,
    Fixed64 = 1,
    Delimited = 2,
    StartGroup = 3,
    EndGroup = 4,
    Fixed32 = 5,
}

/// A value as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Varint(u64),
    Fixed64(u64),
    Fixed32(u32),
    Delimited(&'a [u8]),
}

/// The fields of an encoded message, in its order; ends at the first byte that
/// makes no sense. Groups are not read: none of the options that are read this
/// way has one.
#[derive(Clone, Debug)]
pub(crate) struct Fields<'a>(pub(crate) &'a [u8]);

pub(crate) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

pub(crate) fn varint_len(value: u64) -> usize {
    (64 - (value | 1).leading_zeros() as usize).div_ceil(7)
}

pub(crate) fn put_tag(out: &mut Vec<u8>, number: u32, wire: WireType) {
    put_varint(out, u64::from(number) << 3 | wire as u64);
}

pub(crate) fn tag_len(number: u32) -> usize {
    varint_len(u64::from(number) << 3)
}

/// Writes what `write` writes, behind its length. The length is not known
/// before, and is under 128 nearly always: one byte is kept for it, and the
/// content moves if that is not enough.
pub(crate) fn delimited<T>(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>) -> T) -> T {
    let at = out.len();
    out.push(0);
    let result = write(out);
    let len = out.len() - at - 1;
    if len < 0x80 {
        out[at] = len as u8;
    } else {
        let more = varint_len(len as u64) - 1;
        out.resize(out.len() + more, 0);
        out.copy_within(at + 1..at + 1 + len, at + 1 + more);
        let mut rest = len as u64;
        for byte in &mut out[at..at + more] {
            *byte = rest as u8 | 0x80;
            rest >>= 7;
        }
        out[at + more] = rest as u8;
    }
    result
}

/// A length-delimited field with known content.
pub(crate) fn put_bytes(out: &mut Vec<u8>, number: u32, bytes: &[u8]) {
    put_tag(out, number, WireType::Delimited);
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// A varint field, left out if zero.
pub(crate) fn put_nonzero(out: &mut Vec<u8>, number: u32, value: i64) {
    if value != 0 {
        put_tag(out, number, WireType::Varint);
        put_varint(out, value as u64);
    }
}

pub(crate) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

pub(crate) fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

// === impl Fields ===

impl<'a> Fields<'a> {
    /// The next varint; `None` at the end, or where there is none.
    pub(crate) fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for (at, byte) in self.0.iter().take(10).enumerate() {
            value |= u64::from(byte & 0x7F) << (7 * at);
            if byte & 0x80 == 0 {
                self.0 = &self.0[at + 1..];
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    pub(crate) fn fixed32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    pub(crate) fn fixed64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u32, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => Value::Varint(self.varint()?),
            1 => Value::Fixed64(self.fixed64()?),
            2 => {
                let len = usize::try_from(self.varint()?).ok()?;
                Value::Delimited(self.take(len)?)
            }
            5 => Value::Fixed32(self.fixed32()?),
            _ => return None,
        };
        Some((u32::try_from(tag >> 3).ok()?, value))
    }
}

// === impl Value ===

impl<'a> Value<'a> {
    /// A varint's number; zero for what is none.
    pub(crate) fn number(self) -> u64 {
        match self {
            Value::Varint(number) | Value::Fixed64(number) => number,
            Value::Fixed32(number) => u64::from(number),
            Value::Delimited(_) => 0,
        }
    }

    /// A delimited value's content; empty for what is none.
    pub(crate) fn bytes(self) -> &'a [u8] {
        match self {
            Value::Delimited(bytes) => bytes,
            _ => &[],
        }
    }

    /// The content as text, whatever is not UTF-8 replaced.
    pub(crate) fn text(self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_any_size_stands_before_its_content() {
        for len in [0, 1, 127, 128, 300, 16_383, 16_384, 2_100_000] {
            let content: Vec<u8> = (0..len).map(|at| at as u8).collect();
            let mut nested = vec![7];
            delimited(&mut nested, |out| out.extend_from_slice(&content));
            let mut plain = vec![7];
            put_varint(&mut plain, len as u64);
            plain.extend_from_slice(&content);
            assert!(nested == plain, "{len}");
        }
    }

    #[test]
    fn what_is_cut_short_ends() {
        let mut bytes = Vec::new();
        put_bytes(&mut bytes, 3, b"abc");
        put_nonzero(&mut bytes, 4, -1);
        assert_eq!(Fields(&bytes).count(), 2);
        assert_eq!(Fields(&bytes[..4]).count(), 0);
        assert_eq!(Fields(&[0x0b]).count(), 0);
        assert_eq!(unzigzag(zigzag(i64::MIN)), i64::MIN);
        assert_eq!(varint_len(0), 1);
        assert_eq!(varint_len(u64::MAX), 10);
    }
}
