//! Values that break one rule of their field, and no other.

use crate::payload::make::{
    Draw, Element, KnownMake, Make, put_real, put_whole, seconds, wire_type,
};
use crate::payload::pool::{Kind, Schema};
use crate::payload::rng::Key;
use crate::payload::rules::{Numbers, Rules, TextRules};
use crate::payload::wire::{delimited, put_tag};

/// Bytes beyond which no text is made too long.
const MAX_TEXT: u64 = 1 << 16;

/// For each rule that can be broken alone: its name, whether the value is zero,
/// and the value's bytes.
pub(super) fn values(
    element: &Element,
    rules: &Rules,
    schema: &Schema,
) -> Vec<(String, bool, Vec<u8>)> {
    let kind = element.kind;
    match &element.make {
        Make::Known(known) => match &**known {
            KnownMake::Wrapper(inner) => values(inner, rules, schema)
                .into_iter()
                .map(|(rule, zero, value)| {
                    let mut bytes = Vec::new();
                    delimited(&mut bytes, |out| {
                        if !zero {
                            put_tag(out, 1, wire_type(inner));
                            out.extend_from_slice(&value);
                        }
                    });
                    (rule, false, bytes)
                })
                .collect(),
            KnownMake::Duration(_) | KnownMake::Timestamp(_) => {
                let Some(rules) = rules.whole() else {
                    return Vec::new();
                };
                let found = wholes(rules, (-1 << 60, 1 << 62)).into_iter();
                found
                    .map(|(rule, nanos)| {
                        let mut bytes = Vec::new();
                        let timestamp = matches!(**known, KnownMake::Timestamp(_));
                        delimited(&mut bytes, |out| {
                            let (a, b) = if timestamp {
                                (
                                    nanos.div_euclid(1_000_000_000),
                                    nanos.rem_euclid(1_000_000_000),
                                )
                            } else {
                                (nanos / 1_000_000_000, nanos % 1_000_000_000)
                            };
                            seconds(a, b, out);
                        });
                        (rule, false, bytes)
                    })
                    .collect()
            }
            _ => Vec::new(),
        },
        Make::Message(_) => Vec::new(),
        _ if matches!(kind, Kind::Double | Kind::Float) => {
            let found = rules
                .real()
                .map_or_else(Vec::new, |rules| reals(rules, kind));
            let bytes = |value: f64| bytes(|out| put_real(out, kind, value));
            found
                .into_iter()
                .map(|(rule, value)| (rule, value == 0.0, bytes(value)))
                .collect()
        }
        _ if matches!(kind, Kind::String | Kind::Bytes) => {
            let found = rules
                .text()
                .map_or_else(Vec::new, |rules| texts(rules, element));
            let bytes =
                |text: &[u8]| bytes(|out| delimited(out, |out| out.extend_from_slice(text)));
            found
                .into_iter()
                .map(|(rule, text)| (rule, text.is_empty(), bytes(&text)))
                .collect()
        }
        _ => {
            let Some(own) = rules.whole() else {
                return Vec::new();
            };
            let mut found = wholes(own, kind.range().unwrap_or((0, 0)));
            if let (Kind::Enum(at), true) = (kind, own.defined_only) {
                let of = &schema.enums[at];
                let highest = of
                    .values
                    .iter()
                    .map(|(_, number)| i128::from(*number))
                    .max();
                let unknown = highest.unwrap_or(0) + 1;
                // A closed enum's reader would not even see it.
                found.retain(|(_, value)| {
                    of.values
                        .iter()
                        .any(|(_, known)| i128::from(*known) == *value)
                });
                if !of.closed && own.broken(unknown).is_empty() {
                    found.push(("enum.defined_only".to_owned(), unknown));
                }
            }
            let bytes = |value: i128| bytes(|out| put_whole(out, kind, value));
            found
                .into_iter()
                .map(|(rule, value)| (rule, value == 0, bytes(value)))
                .collect()
        }
    }
}

fn bytes(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out);
    out
}

/// The first candidate for each rule that it breaks alone.
fn alone<T>(
    candidates: impl IntoIterator<Item = T>,
    broken: impl Fn(&T) -> Vec<String>,
) -> Vec<(String, T)> {
    let mut found: Vec<(String, T)> = Vec::new();
    for candidate in candidates {
        if let [rule] = &broken(&candidate)[..]
            && !found.iter().any(|(known, _)| known == rule)
        {
            found.push((rule.clone(), candidate));
        }
    }
    found
}

fn wholes(rules: &Numbers<i128>, (least, greatest): (i128, i128)) -> Vec<(String, i128)> {
    if rules.before_now || rules.after_now || rules.within.is_some() {
        return Vec::new();
    }
    let ends = [rules.constant, rules.lt, rules.lte, rules.gt, rules.gte];
    let listed = rules.allowed.iter().chain(&rules.forbidden).copied();
    let near = ends.into_iter().flatten().chain(listed);
    let near = near.flat_map(|end| [end, end.saturating_add(1), end.saturating_sub(1)]);
    let within = near.filter(|value| (least..=greatest).contains(value));
    alone(within, |value| rules.broken(*value))
}

fn reals(rules: &Numbers<f64>, kind: Kind) -> Vec<(String, f64)> {
    let ends = [rules.constant, rules.lt, rules.lte, rules.gt, rules.gte];
    let listed = rules.allowed.iter().chain(&rules.forbidden).copied();
    let near = ends.into_iter().flatten().chain(listed);
    let near = near.flat_map(|end| [end, end + 1.0, end - 1.0]);
    let near = near.filter(|value| kind == Kind::Double || f64::from(*value as f32) == *value);
    let mut found = alone(near, |value| rules.broken(*value));
    if rules.finite {
        found.extend(alone([f64::INFINITY, f64::NAN], |value| {
            let mut broken = rules.broken(*value);
            broken.push(format!("{}.finite", rules.name));
            broken
        }));
    }
    found
}

fn texts(rules: &TextRules, element: &Element) -> Vec<(String, Vec<u8>)> {
    let mut good = Vec::new();
    if let Make::Text(text) = &element.make {
        if text.least() > MAX_TEXT {
            return Vec::new();
        }
        text.write(&mut sample(rules.name), &mut good);
    }
    let is_string = rules.name == "string";
    if let Some(format) = rules.format {
        // Control characters are in no form; nor are three bytes an address.
        let length = rules.least().max(3);
        let bad = vec![1; usize::try_from(length).unwrap_or(3)];
        let name = format!("{}.{}", rules.name, format.name());
        return alone([bad], |bad| {
            let mut broken = rules.broken(bad);
            broken.push(name.clone());
            broken
        });
    }
    if rules.opaque {
        return Vec::new();
    }
    let mut candidates: Vec<Vec<u8>> = vec![Vec::new(), b"!".to_vec(), b"never listed".to_vec()];
    candidates.extend(rules.forbidden.iter().cloned());
    for end in 0..good.len().min(64) {
        candidates.push(good[..end].to_vec());
        candidates.push(good[end..].to_vec());
    }
    // One more than a bound, in the middle, where neither end shows it.
    let longest = [rules.chars, rules.max_chars, rules.bytes, rules.max_bytes];
    for bound in longest
        .into_iter()
        .flatten()
        .filter(|bound| *bound < MAX_TEXT)
    {
        let more = (bound + 1).saturating_sub(good.len() as u64) as usize;
        let at = good.len() / 2;
        candidates.push([&good[..at], &vec![b'x'; more], &good[at..]].concat());
        // More bytes, and not more characters.
        if is_string {
            candidates.push("é".repeat((bound / 2 + 1) as usize).into_bytes());
        }
    }
    let swapped = |byte: u8| if byte == b'~' { b'!' } else { b'~' };
    for at in 0..good.len().min(64) {
        let mut changed = good.clone();
        changed[at] = swapped(changed[at]);
        candidates.push(changed);
    }
    if let Some(no) = &rules.not_contains {
        let at = good.len() / 2;
        candidates.push([&good[..at], no, &good[at..]].concat());
        candidates.push(no.clone());
    }
    let valid = candidates
        .into_iter()
        .filter(|text| !is_string || std::str::from_utf8(text).is_ok());
    alone(valid, |text| rules.broken(text))
}

pub(super) fn sample(name: &str) -> Draw {
    let row = Key::message(0, name);
    Draw {
        rng: row.rng(),
        index: 0,
        row,
    }
}
