//! The wire format, as slices of what is there.

/// One field as it stands in the bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'a> {
    pub(super) number: u32,
    pub(super) value: Value<'a>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    Varint(u64),
    Fixed64([u8; 8]),
    Fixed32([u8; 4]),
    Bytes(&'a [u8]),
    /// What lies between the tags of a group.
    Group(&'a [u8]),
}

/// Groups in groups deeper than this are not followed.
const MAX_DEPTH: usize = 100;

/// All fields of a message; nothing if the bytes are none.
pub(super) fn fields(mut bytes: &[u8]) -> Option<Vec<Field<'_>>> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        match field(&mut bytes, 0)? {
            Step::Field(field) => fields.push(field),
            Step::End(_) => return None,
        }
    }
    Some(fields)
}

/// The numbers in a packed field, or the one in a field that is not packed;
/// nothing if it holds no numbers of that width.
pub(super) fn numbers<'a>(value: Value<'a>, width: Width, into: &mut Vec<Value<'a>>) -> Option<()> {
    let Value::Bytes(mut bytes) = value else {
        into.push(value);
        return Some(());
    };
    while !bytes.is_empty() {
        into.push(match width {
            Width::Varint => Value::Varint(varint(&mut bytes)?),
            Width::Fixed64 => Value::Fixed64(take(&mut bytes)?),
            Width::Fixed32 => Value::Fixed32(take(&mut bytes)?),
        });
    }
    Some(())
}

/// How numbers of a type are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    Varint,
    Fixed64,
    Fixed32,
}

/// Appends one field.
pub(super) fn put(out: &mut Vec<u8>, number: u32, value: Value<'_>) {
    let tag = u64::from(number) << 3;
    match value {
        Value::Varint(value) => {
            put_varint(out, tag);
            put_varint(out, value);
        }
        Value::Fixed64(value) => {
            put_varint(out, tag | 1);
            out.extend(value);
        }
        Value::Bytes(value) => {
            put_varint(out, tag | 2);
            put_varint(out, value.len() as u64);
            out.extend(value);
        }
        Value::Group(value) => {
            put_varint(out, tag | 3);
            out.extend(value);
            put_varint(out, tag | 4);
        }
        Value::Fixed32(value) => {
            put_varint(out, tag | 5);
            out.extend(value);
        }
    }
}

/// Appends one number without a tag, as packed fields hold them.
pub(super) fn put_bare(out: &mut Vec<u8>, value: Value<'_>) {
    match value {
        Value::Varint(value) => put_varint(out, value),
        Value::Fixed64(value) => out.extend(value),
        Value::Fixed32(value) => out.extend(value),
        Value::Bytes(value) | Value::Group(value) => out.extend(value),
    }
}

enum Step<'a> {
    Field(Field<'a>),
    /// An end-group tag, with its number.
    End(u32),
}

fn field<'a>(bytes: &mut &'a [u8], depth: usize) -> Option<Step<'a>> {
    let tag = varint(bytes)?;
    let number = u32::try_from(tag >> 3).ok().filter(|number| *number > 0)?;
    let value = match tag & 7 {
        0 => Value::Varint(varint(bytes)?),
        1 => Value::Fixed64(take(bytes)?),
        2 => {
            let len = usize::try_from(varint(bytes)?).ok()?;
            let (value, rest) = bytes.split_at_checked(len)?;
            *bytes = rest;
            Value::Bytes(value)
        }
        3 if depth < MAX_DEPTH => Value::Group(group(bytes, number, depth + 1)?),
        4 => return Some(Step::End(number)),
        5 => Value::Fixed32(take(bytes)?),
        _ => return None,
    };
    Some(Step::Field(Field { number, value }))
}

fn group<'a>(bytes: &mut &'a [u8], number: u32, depth: usize) -> Option<&'a [u8]> {
    let start = *bytes;
    loop {
        let len = start.len() - bytes.len();
        match field(bytes, depth)? {
            Step::Field(_) => {}
            Step::End(end) => return (end == number).then_some(&start[..len]),
        }
    }
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (value, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*value)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..70).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
