//! The fewest bytes that each message takes, and the messages that have none.
//!
//! A message that requires itself has no finite value. Sizes begin at "never"
//! and only ever fall, until nothing changes; what is still "never" then needs
//! itself.

use super::{FieldPlan, MessagePlan, NEVER, Plan, Shape};
use crate::payload::Fault;
use crate::payload::make::Make;
use crate::payload::pool::Kind;
use crate::payload::wire::tag_len;

/// Above this, rules ask for what no server takes.
const MOST: u64 = 16 << 20;

pub(super) fn least(plan: &mut Plan) -> Result<(), Fault> {
    let mut sizes = vec![NEVER; plan.messages.len()];
    loop {
        let mut changed = false;
        // From the leaves up, as far as the order of discovery allows.
        for at in (0..sizes.len()).rev() {
            let size = message(&plan.messages[at], &sizes);
            changed |= size < sizes[at];
            sizes[at] = size;
        }
        if !changed {
            break;
        }
    }
    match sizes[0] {
        NEVER.. => return Err(endless(plan, &sizes)),
        MOST.. => {
            return Err(Fault::new(
                &plan.messages[0].name,
                format!(
                    "rules and required fields ask for {} bytes or more",
                    sizes[0]
                ),
            )
            .help(format!(
                "payloads end at {MOST} bytes: override the field, or mend its rules"
            )));
        }
        _ => {}
    }
    let mut notes = Vec::new();
    for (message, size) in plan.messages.iter_mut().zip(&sizes) {
        message.least = *size;
        for slot in &mut message.slots {
            for arm in &mut slot.arms {
                arm.least = field(arm, &sizes);
            }
            let before = slot.arms.len();
            let name = &message.name;
            slot.arms.retain(|arm| {
                let kept = arm.least < MOST;
                if !kept {
                    notes.push(format!(
                        "{name}.{}: left out, it has no value of a finite size",
                        arm.name
                    ));
                }
                kept
            });
            if slot.arms.len() != before {
                slot.sums.clear();
            }
            slot.settle();
        }
        message.slots.retain(|slot| !slot.arms.is_empty());
    }
    plan.notes.extend(notes);
    shallow(plan)
}

/// # Errors
///
/// If what must be there nests deeper than decoders go.
fn shallow(plan: &Plan) -> Result<(), Fault> {
    // What a message holds takes less than the message: smallest first, all that
    // it needs is known.
    let mut order: Vec<usize> = (0..plan.messages.len()).collect();
    order.sort_by_key(|at| plan.messages[*at].least);
    let mut depths = vec![0; order.len()];
    for at in order {
        let mandatory = plan.messages[at].slots.iter().filter(|slot| slot.mandatory);
        let inner = mandatory.filter_map(|slot| match slot.arms[slot.cheapest].element.make {
            Make::Message(inner) => Some(depths[inner] + 1),
            _ => None,
        });
        depths[at] = inner.max().unwrap_or(0);
    }
    let Some(at) = depths.iter().position(|depth| *depth > MAX_DEPTH) else {
        return Ok(());
    };
    let deep = format!("its required fields nest {} messages deep", depths[at]);
    Err(Fault::new(&plan.messages[at].name, deep)
        .help("decoders end at 100: make one of the fields on the way optional"))
}

/// Decoders end at 100, and a payload's optional part may go down a way before.
const MAX_DEPTH: usize = 64;

impl super::Slot {
    fn settle(&mut self) {
        let arms = self.arms.iter().enumerate();
        let cheapest = arms.min_by_key(|(_, arm)| arm.least);
        self.cheapest = cheapest.map_or(0, |(at, _)| at);
        self.least = match cheapest {
            Some((_, arm)) if self.mandatory => arm.least,
            _ => 0,
        };
    }
}

fn message(message: &MessagePlan, sizes: &[u64]) -> u64 {
    let mandatory = message.slots.iter().filter(|slot| slot.mandatory);
    let sum = mandatory.fold(0, |sum: u64, slot| {
        let arms = slot.arms.iter().map(|arm| field(arm, sizes));
        sum.saturating_add(arms.min().unwrap_or(0))
    });
    sum.min(NEVER)
}

fn field(field: &FieldPlan, sizes: &[u64]) -> u64 {
    let tag = tag_len(field.number) as u64;
    let value = match (&field.element.make, field.element.kind) {
        (Make::Message(inner), Kind::Group(_)) => sizes[*inner].saturating_add(tag),
        (Make::Message(inner), _) => sizes[*inner].saturating_add(1),
        _ => field.element.least(),
    };
    let one = tag.saturating_add(value);
    let size = match &field.shape {
        Shape::Single => one,
        Shape::Repeated { min: 0, .. } | Shape::Map { min: 0, .. } => 1,
        Shape::Repeated {
            packed: true, min, ..
        } => tag + 1 + min.saturating_mul(value),
        Shape::Repeated { min, .. } => min.saturating_mul(one),
        Shape::Map { key, min, .. } => {
            let entry = tag
                .saturating_add(3)
                .saturating_add(key.least())
                .saturating_add(value);
            min.saturating_mul(entry)
        }
    };
    size.min(NEVER)
}

/// Follows what each message needs until one comes again.
fn endless(plan: &Plan, sizes: &[u64]) -> Fault {
    let (mut at, mut path) = (0, Vec::new());
    let mut seen = vec![false; sizes.len()];
    while !std::mem::replace(&mut seen[at], true) {
        let message = &plan.messages[at];
        let mandatory = message.slots.iter().filter(|slot| slot.mandatory);
        let mut arms = mandatory.flat_map(|slot| &slot.arms);
        let Some(arm) = arms.find(|arm| field(arm, sizes) >= NEVER) else {
            break;
        };
        path.push(format!("{}.{}", message.name, arm.name));
        match arm.element.make {
            Make::Message(inner) => at = inner,
            _ => break,
        }
    }
    Fault::new(
        &plan.messages[0].name,
        format!(
            "it has no finite value: it requires itself through {}",
            path.join(" -> ")
        ),
    )
    .help("make one of these fields optional")
}
