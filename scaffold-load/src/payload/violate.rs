//! Payloads that break one rule: which rules there are to break, and what
//! breaks each of them alone.
//!
//! Every candidate is checked against all rules of its field, and taken only if
//! it breaks one.

use std::collections::{BTreeSet, VecDeque};
use std::fmt;

use super::make::{
    Draw, Element, KnownMake, Make, put_real, put_scalar, put_whole, seconds, wire_type,
};
use super::plan::{FieldPlan, Plan, Shape, Slot};
use super::pool::{Kind, Schema};
use super::rng::Key;
use super::rules::{Numbers, Rules, TextRules};
use super::wire::{WireType, delimited, put_tag};

/// A rule that a payload breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The field's path from the payload's message: `user.email`. The name of a
    /// oneof stands for its fields.
    pub field: String,
    /// The rule, as `buf.validate` names it: `string.min_len`, `required`.
    pub rule: String,
}

/// How it is broken.
#[derive(Clone, Debug)]
pub(crate) struct Breach {
    pub(crate) violation: Violation,
    /// Field numbers, from the root.
    pub(crate) path: Vec<u32>,
    pub(crate) action: Action,
}

#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// The field is not written.
    Omit,
    /// These bytes stand for it, its tag included.
    Bytes(Vec<u8>),
    /// It has this many elements.
    Count(u64),
    /// These bytes stand for the first element, the tag included.
    First(Vec<u8>),
}

/// Rules that are broken in turn; more only make each of them rarer.
const MAX_BREACHES: usize = 512;

/// Elements beyond a list's bound are written, unless they are this many.
const MAX_ELEMENTS: u64 = 1000;

/// Bytes beyond which no text is made too long.
const MAX_TEXT: u64 = 1 << 16;

/// All that can be broken, the shallow first.
pub(crate) fn breaches(plan: &Plan, schema: &Schema) -> Vec<Breach> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::from([0]);
    let mut open = VecDeque::from([(0, Vec::new(), String::new())]);
    while let Some((at, path, name)) = open.pop_front() {
        for slot in &plan.messages[at].slots {
            for (nth, arm) in slot.arms.iter().enumerate() {
                let mut path = path.clone();
                path.push(arm.number);
                let full = if name.is_empty() {
                    arm.name.clone()
                } else {
                    format!("{name}.{}", arm.name)
                };
                let rules = if nth == 0 {
                    slot_rules(slot)
                } else {
                    Vec::new()
                };
                let rules = rules.into_iter().chain(field_rules(arm, schema));
                found.extend(rules.map(|(rule, action)| Breach {
                    violation: Violation {
                        field: full.clone(),
                        rule,
                    },
                    path: path.clone(),
                    action,
                }));
                if let Make::Message(inner) = arm.element.make
                    && seen.insert(inner)
                {
                    open.push_back((inner, path, full));
                }
            }
        }
        if found.len() >= MAX_BREACHES {
            break;
        }
    }
    // Of two fields of a oneof, the second would be the rule's only value.
    found.truncate(MAX_BREACHES);
    found
}

fn slot_rules(slot: &Slot) -> Vec<(String, Action)> {
    if slot.required_rule && !slot.arms.iter().any(|arm| arm.rules.required) {
        vec![(format!("required ({})", slot.name), Action::Omit)]
    } else {
        Vec::new()
    }
}

fn field_rules(arm: &FieldPlan, schema: &Schema) -> Vec<(String, Action)> {
    let rules = &*arm.rules;
    let mut found = Vec::new();
    if rules.required {
        found.push(("required".to_owned(), Action::Omit));
    }
    match &arm.shape {
        Shape::Single => {
            for (rule, zero, value) in values(&arm.element, rules, schema) {
                if !zero || !arm.implicit {
                    found.push((rule, Action::Bytes(tagged(arm, &value))));
                } else if !rules.required && !rules.ignore_zero {
                    found.push((rule, Action::Omit));
                }
            }
        }
        Shape::Repeated { packed, .. } => {
            found.extend(counts(arm, "repeated.min_items", "repeated.max_items"));
            let Some(count) = rules.count() else {
                return found;
            };
            if count.unique
                && let Some(twice) = twice(arm, *packed)
            {
                found.push(("repeated.unique".to_owned(), Action::Bytes(twice)));
            }
            // With a rule on the whole list beside it, a changed element may be
            // one of two that are the same.
            for (rule, _, value) in values(&arm.element, &count.items, schema) {
                let bytes = if *packed {
                    packed_one(arm, &value)
                } else {
                    tagged(arm, &value)
                };
                found.push((rule, Action::First(bytes)));
            }
        }
        Shape::Map { .. } => found.extend(counts(arm, "map.min_pairs", "map.max_pairs")),
    }
    found
}

fn counts(arm: &FieldPlan, min_rule: &str, max_rule: &str) -> Vec<(String, Action)> {
    let mut found = Vec::new();
    let Some(count) = arm.rules.count() else {
        return found;
    };
    if let Some(min) = count.min.filter(|min| *min > 0) {
        match min - 1 {
            // Nothing at all is "required" that is broken, if that is asked for.
            0 if arm.rules.required => {}
            0 => found.push((min_rule.to_owned(), Action::Omit)),
            fewer => found.push((min_rule.to_owned(), Action::Count(fewer))),
        }
    }
    // Of booleans and enums there may not be enough that differ.
    let plenty = match &arm.shape {
        Shape::Map { key, .. } => !matches!(key.kind, Kind::Bool) && key_is_free(key),
        _ => !count.unique || key_is_free(&arm.element),
    };
    if let Some(max) = count.max.filter(|max| *max < MAX_ELEMENTS && plenty) {
        found.push((max_rule.to_owned(), Action::Count(max + 1)));
    }
    found
}

/// Whether there are many values to draw from.
fn key_is_free(element: &Element) -> bool {
    match &element.make {
        Make::Whole(whole) => matches!(whole, super::make::Whole::Digits(..)),
        Make::Text(text) => !matches!(text.source, super::make::TextSource::Listed(_)),
        Make::Message(_) => true,
        _ => false,
    }
}

/// The same element as often as the rules ask for, and two times at least.
fn twice(arm: &FieldPlan, packed: bool) -> Option<Vec<u8>> {
    if !matches!(
        arm.element.make,
        Make::Whole(_) | Make::Real(_) | Make::Text(_)
    ) {
        return None;
    }
    let count = arm.rules.count()?;
    if count.max.is_some_and(|max| max < 2) {
        return None;
    }
    let mut value = Vec::new();
    put_scalar(&mut value, &arm.element, &mut sample(&arm.name));
    let times = usize::try_from(count.min.unwrap_or(0).clamp(2, MAX_ELEMENTS)).unwrap_or(2);
    Some(if packed {
        packed_one(arm, &value.repeat(times))
    } else {
        tagged(arm, &value).repeat(times)
    })
}

fn tagged(arm: &FieldPlan, value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_tag(&mut bytes, arm.number, wire_type(&arm.element));
    bytes.extend_from_slice(value);
    bytes
}

fn packed_one(arm: &FieldPlan, values: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_tag(&mut bytes, arm.number, WireType::Delimited);
    delimited(&mut bytes, |out| out.extend_from_slice(values));
    bytes
}

fn sample(name: &str) -> Draw {
    let row = Key::message(0, name);
    Draw {
        rng: row.rng(),
        index: 0,
        row,
    }
}

/// For each rule that can be broken alone: its name, whether the value is zero,
/// and the value's bytes.
fn values(element: &Element, rules: &Rules, schema: &Schema) -> Vec<(String, bool, Vec<u8>)> {
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

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.rule)
    }
}
