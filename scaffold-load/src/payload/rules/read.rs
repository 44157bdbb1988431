//! `buf.validate` messages, from their bytes. The numbers are those of
//! `buf/validate/validate.proto`.

use super::numbers::Numbers;
use super::text::{Format, TextRules};
use super::{Count, MessageRules, Rules, RulesOf};
use crate::payload::wire::{Fields, Value, unzigzag};

/// How a rule's own numbers are written.
#[derive(Clone, Copy)]
enum Written {
    Float,
    Double,
    Signed,
    Unsigned,
    ZigZag,
    SignedFixed,
    Fixed,
}

/// By the number of the rules' field in `FieldRules`: their name, and how their
/// numbers are written.
const NUMBERS: [(u32, &str, Written); 13] = [
    (1, "float", Written::Float),
    (2, "double", Written::Double),
    (3, "int32", Written::Signed),
    (4, "int64", Written::Signed),
    (5, "uint32", Written::Unsigned),
    (6, "uint64", Written::Unsigned),
    (7, "sint32", Written::ZigZag),
    (8, "sint64", Written::ZigZag),
    (9, "fixed32", Written::Fixed),
    (10, "fixed64", Written::Fixed),
    (11, "sfixed32", Written::SignedFixed),
    (12, "sfixed64", Written::SignedFixed),
    (13, "bool", Written::Unsigned),
];

/// `items` holds `FieldRules`, whose `repeated` again may; descriptors of others
/// decide how deep.
const MAX_DEPTH: usize = 8;

// === impl Rules ===

impl Rules {
    /// Reads an encoded `FieldRules`; what makes no sense is left out.
    pub(crate) fn read(bytes: &[u8]) -> Rules {
        field(bytes, 0)
    }
}

fn field(bytes: &[u8], depth: usize) -> Rules {
    let mut rules = Rules::default();
    if depth > MAX_DEPTH {
        return rules;
    }
    let mut ignored = false;
    for (number, value) in Fields(bytes) {
        let bytes = value.bytes();
        match number {
            23 | 29 => rules.unread.push("cel".to_owned()),
            25 => rules.required = value.number() != 0,
            27 => {
                rules.ignore_zero = value.number() == 1;
                ignored = value.number() == 3;
            }
            1 | 2 => rules.of = RulesOf::Real(Box::new(reals(number, bytes))),
            3..=13 => rules.of = RulesOf::Whole(Box::new(wholes(number, bytes))),
            14 => rules.of = RulesOf::Text(Box::new(string(bytes, &mut rules.unread))),
            15 => rules.of = RulesOf::Text(Box::new(raw(bytes, &mut rules.unread))),
            16 => rules.of = RulesOf::Whole(Box::new(enumeration(bytes))),
            18 => rules.of = RulesOf::Repeated(Box::new(count(bytes, depth).0)),
            19 => {
                let (keys, values) = count(bytes, depth);
                rules.of = RulesOf::Map(Box::new(keys), Box::new(values));
            }
            20 => {
                rules.of = RulesOf::Any {
                    allowed: texts(bytes, 2),
                    forbidden: texts(bytes, 3),
                }
            }
            21 => rules.of = RulesOf::Whole(Box::new(times("duration", bytes))),
            22 => rules.of = RulesOf::Whole(Box::new(times("timestamp", bytes))),
            28 => {
                let exact = Fields(bytes).find(|(number, _)| *number == 1);
                rules.of = RulesOf::Mask {
                    exact: exact.map(|(_, mask)| texts(mask.bytes(), 1)),
                    allowed: texts(bytes, 2),
                    forbidden: texts(bytes, 3),
                }
            }
            _ => {}
        }
    }
    if ignored { Rules::default() } else { rules }
}

impl MessageRules {
    /// Reads an encoded `MessageRules`.
    pub(crate) fn read(bytes: &[u8]) -> MessageRules {
        let mut rules = MessageRules::default();
        for (number, value) in Fields(bytes) {
            match number {
                3 | 5 => rules.unread.push("cel".to_owned()),
                4 => {
                    let required =
                        Fields(value.bytes()).any(|(number, v)| number == 2 && v.number() != 0);
                    rules.oneofs.push((texts(value.bytes(), 1), required));
                }
                _ => {}
            }
        }
        rules
    }
}

fn texts(bytes: &[u8], wanted: u32) -> Vec<String> {
    let fields = Fields(bytes).filter(|(number, _)| *number == wanted);
    fields.map(|(_, value)| value.text()).collect()
}

/// The elements of a list, written one by one or packed.
fn each(written: Written, value: Value<'_>) -> Vec<Value<'_>> {
    let Value::Delimited(bytes) = value else {
        return vec![value];
    };
    let mut rest = Fields(bytes);
    let mut next = || {
        Some(match written {
            Written::Float => Value::Fixed32(rest.fixed32()?),
            Written::Double => Value::Fixed64(rest.fixed64()?),
            Written::Fixed | Written::SignedFixed if bytes.len() % 8 != 0 => {
                Value::Fixed32(rest.fixed32()?)
            }
            Written::Fixed | Written::SignedFixed => Value::Fixed64(rest.fixed64()?),
            _ => Value::Varint(rest.varint()?),
        })
    };
    std::iter::from_fn(&mut next).collect()
}

fn real(value: Value<'_>) -> f64 {
    match value {
        Value::Fixed32(bits) => f32::from_bits(bits).into(),
        Value::Fixed64(bits) => f64::from_bits(bits),
        _ => 0.0,
    }
}

fn whole(written: Written, value: Value<'_>) -> i128 {
    match (written, value) {
        (Written::Signed, _) => i128::from(value.number() as i64),
        (Written::ZigZag, _) => i128::from(unzigzag(value.number())),
        (Written::SignedFixed, Value::Fixed32(bits)) => i128::from(bits as i32),
        (Written::SignedFixed, _) => i128::from(value.number() as i64),
        _ => i128::from(value.number()),
    }
}

fn reals(of: u32, bytes: &[u8]) -> Numbers<f64> {
    let (_, name, written) = NUMBERS[of as usize - 1];
    let mut rules = Numbers::new(name);
    for (number, value) in Fields(bytes) {
        let values = each(written, value).into_iter().map(real);
        match number {
            8 => rules.finite = value.number() != 0,
            9 => rules.examples.extend(values),
            _ => common(&mut rules, number, values.collect()),
        }
    }
    rules
}

fn wholes(of: u32, bytes: &[u8]) -> Numbers<i128> {
    let (_, name, written) = NUMBERS[of as usize - 1];
    let mut rules = Numbers::new(name);
    for (number, value) in Fields(bytes) {
        let values = each(written, value).into_iter().map(|v| whole(written, v));
        match number {
            2 if name == "bool" => rules.examples.extend(values),
            // `Int64Rules` counts on its own.
            8 | 9 => rules.examples.extend(values),
            _ => common(&mut rules, number, values.collect()),
        }
    }
    rules
}

fn common<T: Copy + PartialOrd>(rules: &mut Numbers<T>, number: u32, values: Vec<T>) {
    let last = values.last().copied();
    match number {
        1 => rules.constant = last,
        2 => rules.lt = last,
        3 => rules.lte = last,
        4 => rules.gt = last,
        5 => rules.gte = last,
        6 => rules.allowed.extend(values),
        7 => rules.forbidden.extend(values),
        _ => {}
    }
}

fn enumeration(bytes: &[u8]) -> Numbers<i128> {
    let mut rules = Numbers::new("enum");
    for (number, value) in Fields(bytes) {
        let values = each(Written::Signed, value).into_iter();
        let values = values.map(|value| whole(Written::Signed, value));
        match number {
            1 => rules.constant = Some(whole(Written::Signed, value)),
            2 => rules.defined_only = value.number() != 0,
            3 => rules.allowed.extend(values),
            4 => rules.forbidden.extend(values),
            5 => rules.examples.extend(values),
            _ => {}
        }
    }
    rules
}

/// A `Timestamp` or `Duration` in nanoseconds.
fn nanos(bytes: &[u8]) -> i128 {
    let (mut seconds, mut nanos) = (0, 0);
    for (number, value) in Fields(bytes) {
        match number {
            1 => seconds = value.number() as i64,
            2 => nanos = value.number() as i32,
            _ => {}
        }
    }
    i128::from(seconds) * 1_000_000_000 + i128::from(nanos)
}

fn times(name: &'static str, bytes: &[u8]) -> Numbers<i128> {
    let mut rules = Numbers::new(name);
    let timestamp = name == "timestamp";
    for (number, value) in Fields(bytes) {
        let time = nanos(value.bytes());
        match number {
            2 => rules.constant = Some(time),
            3 => rules.lt = Some(time),
            4 => rules.lte = Some(time),
            5 => rules.gt = Some(time),
            6 => rules.gte = Some(time),
            7 if timestamp => rules.before_now = value.number() != 0,
            8 if timestamp => rules.after_now = value.number() != 0,
            9 if timestamp => rules.within = Some(time),
            10 if timestamp => rules.examples.push(time),
            7 => rules.allowed.push(time),
            8 => rules.forbidden.push(time),
            9 => rules.examples.push(time),
            _ => {}
        }
    }
    rules
}

/// The count and the items of a list, or the keys of a map; and a map's values.
fn count(bytes: &[u8], depth: usize) -> (Count, Rules) {
    let (mut count, mut values) = (Count::default(), Rules::default());
    for (number, value) in Fields(bytes) {
        match number {
            1 => count.min = Some(value.number()),
            2 => count.max = Some(value.number()),
            3 => count.unique = value.number() != 0,
            4 => count.items = field(value.bytes(), depth + 1),
            5 => values = field(value.bytes(), depth + 1),
            _ => {}
        }
    }
    (count, values)
}

fn string(bytes: &[u8], unread: &mut Vec<String>) -> TextRules {
    let mut rules = TextRules::new("string");
    for (number, value) in Fields(bytes) {
        let (count, bytes) = (value.number(), value.bytes().to_vec());
        match number {
            1 => rules.constant = Some(bytes),
            2 => rules.min_chars = Some(count),
            3 => rules.max_chars = Some(count),
            4 => rules.min_bytes = Some(count),
            5 => rules.max_bytes = Some(count),
            6 => rules.pattern(value.text(), unread),
            7 => rules.prefix = bytes,
            8 => rules.suffix = bytes,
            9 => rules.contains = bytes,
            10 => rules.allowed.push(bytes),
            11 => rules.forbidden.push(bytes),
            19 => rules.chars = Some(count),
            20 => rules.bytes = Some(count),
            23 => rules.not_contains = Some(bytes),
            34 => rules.examples.push(bytes),
            24 => {
                rules.format = match count {
                    1 => Some(Format::HeaderName),
                    2 => Some(Format::HeaderValue),
                    _ => None,
                }
            }
            _ if count != 0 => {
                if let Some(format) = Format::of_string(number) {
                    rules.format = Some(format);
                }
            }
            _ => {}
        }
    }
    rules
}

fn raw(bytes: &[u8], unread: &mut Vec<String>) -> TextRules {
    let mut rules = TextRules::new("bytes");
    for (number, value) in Fields(bytes) {
        let (count, bytes) = (value.number(), value.bytes().to_vec());
        match number {
            1 => rules.constant = Some(bytes),
            2 => rules.min_bytes = Some(count),
            3 => rules.max_bytes = Some(count),
            4 => rules.pattern(value.text(), unread),
            5 => rules.prefix = bytes,
            6 => rules.suffix = bytes,
            7 => rules.contains = bytes,
            8 => rules.allowed.push(bytes),
            9 => rules.forbidden.push(bytes),
            13 => rules.bytes = Some(count),
            14 => rules.examples.push(bytes),
            10 if count != 0 => rules.format = Some(Format::RawIp),
            11 if count != 0 => rules.format = Some(Format::RawIpv4),
            12 if count != 0 => rules.format = Some(Format::RawIpv6),
            15 if count != 0 => rules.format = Some(Format::RawUuid),
            _ => {}
        }
    }
    rules
}
