//! Payloads that break one rule: which rules there are to break, and what
//! breaks each of them alone.
//!
//! Every candidate is checked against all rules of its field, and taken only if
//! it breaks one.

mod candidates;

use std::collections::{BTreeSet, VecDeque};
use std::fmt;

use super::make::{Element, Make, put_scalar, wire_type};
use super::plan::{FieldPlan, Plan, Shape, Slot};
use super::pool::{Kind, Schema};
use super::wire::{WireType, delimited, put_tag};
use candidates::{sample, values};

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

/// All that can be broken, the shallow first.
pub(crate) fn breaches(plan: &Plan, schema: &Schema) -> Vec<Breach> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::from([0]);
    let mut open = VecDeque::from([(0, Vec::<u32>::new(), String::new())]);
    while let Some((at, path, name)) = open.pop_front() {
        let within = |own: &str| match name.as_str() {
            "" => own.to_owned(),
            outer => format!("{outer}.{own}"),
        };
        for slot in &plan.messages[at].slots {
            let mut add = |field: &str, number: u32, (rule, action)| {
                found.push(Breach {
                    violation: Violation {
                        field: within(field),
                        rule,
                    },
                    path: path.iter().copied().chain([number]).collect(),
                    action,
                });
            };
            if let Some(rule) = slot_rules(slot) {
                add(&slot.name, slot.arms[0].number, rule);
            }
            for arm in &slot.arms {
                for rule in field_rules(arm, schema) {
                    add(&arm.name, arm.number, rule);
                }
                if let Make::Message(inner) = arm.element.make
                    && seen.insert(inner)
                {
                    let inside = path.iter().copied().chain([arm.number]).collect();
                    open.push_back((inner, inside, within(&arm.name)));
                }
            }
        }
        if found.len() >= MAX_BREACHES {
            break;
        }
    }
    found.truncate(MAX_BREACHES);
    found
}

fn slot_rules(slot: &Slot) -> Option<(String, Action)> {
    // A member that is required itself would be missing, too.
    let rule = slot
        .required_rule
        .filter(|_| !slot.arms.iter().any(|arm| arm.rules.required))?;
    Some((rule.to_owned(), Action::Omit))
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

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.rule)
    }
}
