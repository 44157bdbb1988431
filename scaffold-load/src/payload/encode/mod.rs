//! One payload, written.

mod depth;
mod lists;

pub(super) use depth::Depth;

use super::make::{AnyChoice, Draw, Element, KnownMake, Make, put_scalar, wire_type};
use super::options::Limits;
use super::plan::{FieldPlan, Plan, Shape, Slot};
use super::pool::Kind;
use super::rng::Key;
use super::violate::Breach;
use super::wire::{WireType, delimited, put_bytes, put_tag};

/// Keys of what is no field: numbers that no field can have.
const PRESENCE: u64 = 1 << 40;
const CHOICE: u64 = 3 << 40;

/// What all of a payload shares.
pub(super) struct Encoder<'a> {
    pub(super) plan: &'a Plan,
    pub(super) limits: &'a Limits,
    pub(super) index: u64,
    pub(super) row: Key,
    /// The rule to break.
    pub(super) breach: Option<&'a Breach>,
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
}
