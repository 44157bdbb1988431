//! Lists, maps, and the field that breaks a rule.

use std::collections::BTreeSet;

use super::{Depth, Encoder};
use crate::payload::make::{put_scalar, wire_type};
use crate::payload::plan::{FieldPlan, Shape};
use crate::payload::rng::Key;
use crate::payload::violate::Action;
use crate::payload::wire::{WireType, delimited, put_tag};

/// The key of a count: no field has this number.
const COUNT: u64 = 2 << 40;

/// Draws for an element that must differ from those before it.
const TRIES: u64 = 16;

impl Encoder<'_> {
    pub(super) fn count(&self, min: u64, max: u64, key: Key, depth: Depth) -> u64 {
        if depth.minimal {
            return min;
        }
        // The way to a breach leads through the first element; and an empty
        // list, where none is asked for, says nothing.
        let low = min.max(u64::from(max > 0));
        key.child(COUNT).rng().between(low.into(), max.into()) as u64
    }

    /// The elements of a list; `count` of them, fewer if they are too large.
    pub(super) fn elements(
        &self,
        arm: &FieldPlan,
        count: u64,
        key: Key,
        budget: u64,
        depth: Depth,
        out: &mut Vec<u8>,
    ) {
        let Shape::Repeated {
            packed,
            unique,
            min,
            ..
        } = arm.shape
        else {
            return;
        };
        let write = |out: &mut Vec<u8>| {
            let mut seen: BTreeSet<Vec<u8>> = BTreeSet::new();
            let start = out.len();
            for at in 0..count {
                let left = budget.saturating_sub((out.len() - start) as u64);
                let from = out.len();
                for attempt in 0..TRIES {
                    out.truncate(from);
                    if !packed {
                        put_tag(out, arm.number, wire_type(&arm.element));
                    }
                    let own = key.child(at).child(attempt);
                    let depth = if at == 0 { depth } else { depth.off() };
                    let share = left / (count - at);
                    self.value(arm.number, &arm.element, own, share, depth, out);
                    if !unique || !seen.contains(&out[from..]) {
                        break;
                    }
                }
                let too_large = (out.len() - start) as u64 > budget && !arm.pinned;
                let again = unique && seen.contains(&out[from..]);
                if at >= min && (too_large || again) && !(at == 0 && depth.step.is_some()) {
                    out.truncate(from);
                    break;
                }
                seen.extend(unique.then(|| out[from..].to_vec()));
            }
        };
        if packed {
            let from = out.len();
            put_tag(out, arm.number, WireType::Delimited);
            let inner = out.len();
            delimited(out, write);
            if out.len() == inner + 1 {
                out.truncate(from);
            }
        } else {
            write(out);
        }
    }

    pub(super) fn entries(
        &self,
        arm: &FieldPlan,
        count: u64,
        key: Key,
        budget: u64,
        depth: Depth,
        out: &mut Vec<u8>,
    ) {
        let Shape::Map { key: keys, min, .. } = &arm.shape else {
            return;
        };
        let mut seen: BTreeSet<Vec<u8>> = BTreeSet::new();
        let start = out.len();
        for at in 0..count {
            let left = budget.saturating_sub((out.len() - start) as u64);
            let mut written = Vec::new();
            for attempt in 0..TRIES {
                written.clear();
                put_tag(&mut written, 1, wire_type(keys));
                put_scalar(
                    &mut written,
                    keys,
                    &mut self.draw(key.child(at).child(attempt)),
                );
                if !seen.contains(&written) {
                    break;
                }
            }
            // A boolean has two values, and a choice as many as it lists.
            if seen.contains(&written) {
                break;
            }
            let from = out.len();
            put_tag(out, arm.number, WireType::Delimited);
            delimited(out, |out| {
                out.extend_from_slice(&written);
                put_tag(out, 2, wire_type(&arm.element));
                let depth = if at == 0 { depth } else { depth.off() };
                let share = left / (count - at);
                self.value(
                    2,
                    &arm.element,
                    key.child(at).child(TRIES),
                    share,
                    depth,
                    out,
                );
            });
            seen.insert(written);
            let too_large = (out.len() - start) as u64 > budget && !arm.pinned;
            if at >= *min && too_large && !(at == 0 && depth.step.is_some()) {
                out.truncate(from);
                break;
            }
        }
    }

    /// The field at the end of a breach's path.
    pub(super) fn broken(
        &self,
        arm: &FieldPlan,
        action: &Action,
        key: Key,
        budget: u64,
        depth: Depth,
        out: &mut Vec<u8>,
    ) {
        let inner = key.child(arm.number.into());
        match action {
            Action::Omit => {}
            Action::Bytes(bytes) => out.extend_from_slice(bytes),
            Action::Count(count) => match arm.shape {
                Shape::Map { .. } => self.entries(
                    arm,
                    *count,
                    inner,
                    u64::MAX / 2,
                    depth.inside(arm.recursive),
                    out,
                ),
                _ => self.elements(
                    arm,
                    *count,
                    inner,
                    u64::MAX / 2,
                    depth.inside(arm.recursive),
                    out,
                ),
            },
            Action::First(bytes) => {
                out.extend_from_slice(bytes);
                // The rest as it is; a list may be written in parts.
                let Shape::Repeated { min, max, .. } = arm.shape else {
                    return;
                };
                let count = self.count(min, max, inner, depth).saturating_sub(1);
                self.elements(arm, count, inner, budget, depth.inside(arm.recursive), out);
            }
        }
    }
}
