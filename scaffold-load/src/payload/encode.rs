//! One payload, written.

use super::make::{AnyChoice, Draw, Element, KnownMake, Make, put_scalar, wire_type};
use super::options::Limits;
use super::plan::{FieldPlan, Plan, Shape, Slot};
use super::pool::Kind;
use super::rng::Key;
use super::violate::{Action, Breach};
use super::wire::{WireType, delimited, put_bytes, put_tag};

/// Keys of what is no field: numbers that no field can have.
const PRESENCE: u64 = 1 << 40;
const COUNT: u64 = 2 << 40;
const CHOICE: u64 = 3 << 40;

/// Draws for an element that must differ from those before it.
const TRIES: u64 = 16;

/// What all of a payload shares.
pub(super) struct Encoder<'a> {
    pub(super) plan: &'a Plan,
    pub(super) limits: &'a Limits,
    pub(super) index: u64,
    pub(super) row: Key,
    /// The rule to break.
    pub(super) breach: Option<&'a Breach>,
}

/// How far inside.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Depth {
    level: u32,
    recursion: u32,
    /// Only what must be.
    minimal: bool,
    /// How far along the breach's path, if on it.
    step: Option<usize>,
}

impl Encoder<'_> {
    /// Writes the content of a message; optional parts stay within `budget`
    /// bytes.
    pub(super) fn message(
        &self,
        at: usize,
        key: Key,
        budget: u64,
        depth: Depth,
        out: &mut Vec<u8>,
    ) {
        let message = &self.plan.messages[at];
        match &message.known {
            Some(KnownMake::Any(choices)) => return self.any(choices, key, budget, depth, out),
            Some(known) => return known.write(&mut self.draw(key), out),
            None => {}
        }
        let mut spare = budget.saturating_sub(message.least);
        // Plain fields take what they need; messages and lists share the rest,
        // and leave a share to the plain fields behind them.
        let mut sharing = 1 + message
            .slots
            .iter()
            .filter(|slot| slot.is_composite())
            .count() as u64;
        for slot in &message.slots {
            let share = if slot.is_composite() {
                sharing -= 1;
                spare / (sharing + 1)
            } else {
                spare
            };
            let before = out.len();
            self.slot(slot, key, slot.least + share, depth, out);
            let used = (out.len() - before) as u64;
            spare = spare.saturating_sub(used.saturating_sub(slot.least));
        }
    }

    fn draw(&self, key: Key) -> Draw {
        Draw {
            rng: key.rng(),
            index: self.index,
            row: self.row,
        }
    }

    fn slot(&self, slot: &Slot, key: Key, budget: u64, depth: Depth, out: &mut Vec<u8>) {
        let wanted = depth.step.and_then(|step| self.breach?.path.get(step));
        let on_path = wanted.and_then(|number| slot.arms.iter().find(|arm| arm.number == *number));
        if let (Some(arm), Some(step), Some(breach)) = (on_path, depth.step, self.breach) {
            if step + 1 == breach.path.len() {
                self.broken(arm, &breach.action, key, budget, depth.off(), out);
            } else {
                let depth = Depth {
                    step: Some(step + 1),
                    ..depth
                };
                self.field(arm, key, budget, depth, out);
            }
            return;
        }
        let depth = depth.off();
        let first = u64::from(slot.arms[0].number);
        if depth.minimal {
            if slot.mandatory {
                self.field(&slot.arms[slot.cheapest], key, budget, depth, out);
            }
            return;
        }
        if slot.present < 1.0
            && !slot.mandatory
            && key.child(PRESENCE + first).rng().unit() >= slot.present
        {
            return;
        }
        let arm = match slot.arms.len() {
            1 => 0,
            _ => self.choose(slot, key.child(CHOICE + first), depth),
        };
        let arm = &slot.arms[arm];
        if !self.may_enter(arm, depth) {
            if slot.mandatory {
                let minimal = Depth {
                    minimal: true,
                    ..depth
                };
                self.field(&slot.arms[slot.cheapest], key, budget, minimal, out);
            }
            return;
        }
        let optional = !slot.mandatory && !arm.pinned;
        if optional && arm.least > budget {
            return;
        }
        let from = out.len();
        self.field(arm, key, budget, depth, out);
        if optional && (out.len() - from) as u64 > budget {
            out.truncate(from);
        }
    }

    /// An arm by weight; the next one that may be entered, if it may not.
    fn choose(&self, slot: &Slot, key: Key, depth: Depth) -> usize {
        let mut rng = key.rng();
        let count = slot.arms.len();
        let first = match slot.sums.last() {
            Some(total) => {
                let wanted = rng.unit() * total;
                slot.sums
                    .partition_point(|sum| *sum <= wanted)
                    .min(count - 1)
            }
            None => rng.at(count),
        };
        let mut arms = (0..count).map(|at| (first + at) % count);
        arms.find(|at| self.may_enter(&slot.arms[*at], depth))
            .unwrap_or(first)
    }

    fn may_enter(&self, arm: &FieldPlan, depth: Depth) -> bool {
        match &arm.element.make {
            Make::Message(_) => {
                depth.level < self.limits.max_depth
                    && (!arm.recursive || depth.recursion < self.limits.max_recursion)
            }
            _ => true,
        }
    }

    /// A field with its tag, as often as its shape says.
    fn field(&self, arm: &FieldPlan, key: Key, budget: u64, depth: Depth, out: &mut Vec<u8>) {
        let key = key.child(arm.number.into());
        let inside = depth.inside(arm.recursive);
        match &arm.shape {
            Shape::Single => {
                let from = out.len();
                put_tag(out, arm.number, wire_type(&arm.element));
                let zero = self.value(arm.number, &arm.element, key, budget, inside, out);
                if zero && arm.implicit {
                    out.truncate(from);
                }
            }
            Shape::Repeated { min, max, .. } => {
                let count = self.count(*min, *max, key, depth);
                self.elements(arm, count, key, budget, inside, out);
            }
            Shape::Map { min, max, .. } => {
                let count = self.count(*min, *max, key, depth);
                self.entries(arm, count, key, budget, inside, out);
            }
        }
    }

    fn count(&self, min: u64, max: u64, key: Key, depth: Depth) -> u64 {
        if depth.minimal {
            return min;
        }
        // The way to a breach leads through the first element; and an empty
        // list, where none is asked for, says nothing.
        let low = min.max(u64::from(max > 0));
        key.child(COUNT).rng().between(low.into(), max.into()) as u64
    }

    /// The elements of a list; `count` of them, fewer if they are too large.
    fn elements(
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
            let mut seen: Vec<(usize, usize)> = Vec::new();
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
                    if !unique || is_new(&seen, from, out) {
                        break;
                    }
                }
                let too_large = (out.len() - start) as u64 > budget && !arm.pinned;
                let again = unique && !is_new(&seen, from, out);
                if at >= min && (too_large || again) && !(at == 0 && depth.step.is_some()) {
                    out.truncate(from);
                    break;
                }
                seen.extend(unique.then_some((from, out.len())));
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

    fn entries(
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
        let mut seen: Vec<Vec<u8>> = Vec::new();
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
            seen.push(written);
            let too_large = (out.len() - start) as u64 > budget && !arm.pinned;
            if at >= *min && too_large && !(at == 0 && depth.step.is_some()) {
                out.truncate(from);
                break;
            }
        }
    }

    /// One value behind its tag; whether it is a scalar's zero.
    fn value(
        &self,
        number: u32,
        element: &Element,
        key: Key,
        budget: u64,
        depth: Depth,
        out: &mut Vec<u8>,
    ) -> bool {
        match &element.make {
            Make::Message(at) if matches!(element.kind, Kind::Group(_)) => {
                self.message(*at, key, budget, depth, out);
                put_tag(out, number, WireType::EndGroup);
                false
            }
            Make::Message(at) => {
                delimited(out, |out| self.message(*at, key, budget, depth, out));
                false
            }
            Make::Known(known) => {
                delimited(out, |out| match &**known {
                    KnownMake::Any(choices) => self.any(choices, key, budget, depth, out),
                    known => known.write(&mut self.draw(key), out),
                });
                false
            }
            _ => put_scalar(out, element, &mut self.draw(key)),
        }
    }

    fn any(&self, choices: &[AnyChoice], key: Key, budget: u64, depth: Depth, out: &mut Vec<u8>) {
        let (Some(choice), true) = (
            choices.get(key.child(CHOICE).rng().at(choices.len())),
            depth.recursion < self.limits.max_recursion && !depth.minimal,
        ) else {
            return;
        };
        put_bytes(out, 1, choice.url.as_bytes());
        if let Some(plan) = choice.plan {
            put_tag(out, 2, WireType::Delimited);
            delimited(out, |out| {
                self.message(plan, key.child(2), budget, depth.inside(true).off(), out)
            });
        }
    }

    /// The field at the end of a breach's path.
    fn broken(
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

/// Whether what was written since `from` is none of what stands in `seen`.
fn is_new(seen: &[(usize, usize)], from: usize, out: &[u8]) -> bool {
    !seen.iter().any(|(a, b)| out[*a..*b] == out[from..])
}

// === impl Depth ===

impl Depth {
    /// At the root; on a breach's path from there on, if there is one.
    pub(super) fn root(breach: bool) -> Self {
        Depth {
            step: breach.then_some(0),
            ..Depth::default()
        }
    }

    fn inside(self, recursive: bool) -> Depth {
        Depth {
            level: self.level + 1,
            recursion: self.recursion + u32::from(recursive),
            ..self
        }
    }

    /// Beside the breach's path.
    fn off(self) -> Depth {
        Depth { step: None, ..self }
    }
}
