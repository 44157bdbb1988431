//! What a generator does for each field, decided before the first payload.
//!
//! [`build`] goes through the messages that the root can reach and chooses how
//! each value is made: override, rule, name, type. [`least`] then finds how small
//! each message can be, and which cannot be at all.

mod build;
mod field;
mod known;
mod least;
mod values;

use std::sync::Arc;

pub(crate) use build::build;

use super::make::{Element, KnownMake, Make};
use super::rules::Rules;

/// All messages that a generator may write; the first is the root.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) messages: Vec<MessagePlan>,
    /// Rules that cannot be kept, and why.
    pub(crate) notes: Vec<String>,
}

#[derive(Debug, Default)]
pub(crate) struct MessagePlan {
    pub(crate) name: String,
    pub(crate) slots: Vec<Slot>,
    /// In place of slots, for a well-known type.
    pub(crate) known: Option<KnownMake>,
    /// The fewest bytes it takes, by estimate; [`NEVER`] if it has no finite
    /// value.
    pub(crate) least: u64,
}

/// A field, or fields of which one is written.
#[derive(Debug)]
pub(crate) struct Slot {
    /// A oneof's name; empty for a single field.
    pub(crate) name: String,
    pub(crate) arms: Vec<FieldPlan>,
    /// The arms' weights, each added to those before it; empty if all are equal.
    pub(crate) sums: Vec<f64>,
    /// Written whatever it costs.
    pub(crate) mandatory: bool,
    /// The rule that asks for it, if one does.
    pub(crate) required_rule: Option<&'static str>,
    /// The share of payloads that have it.
    pub(crate) present: f64,
    /// Of the arm that takes the least; zero if it is not mandatory.
    pub(crate) least: u64,
    /// That arm.
    pub(crate) cheapest: usize,
}

#[derive(Debug)]
pub(crate) struct FieldPlan {
    pub(crate) name: String,
    pub(crate) number: u32,
    pub(crate) shape: Shape,
    pub(crate) element: Element,
    /// Zero is not written.
    pub(crate) implicit: bool,
    /// Its message may hold the message it stands in.
    pub(crate) recursive: bool,
    /// Asked for by an override: not dropped for its size.
    pub(crate) pinned: bool,
    /// When it is written.
    pub(crate) least: u64,
    pub(crate) rules: Arc<Rules>,
}

#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Single,
    Repeated {
        packed: bool,
        unique: bool,
        min: u64,
        max: u64,
    },
    Map {
        key: Box<Element>,
        min: u64,
        max: u64,
    },
}

/// The size of a message that has no finite value.
pub(crate) const NEVER: u64 = u64::MAX / 4;

// === impl Slot ===

impl Slot {
    /// Whether a field has a message of its own to go down into.
    pub(crate) fn is_composite(&self) -> bool {
        self.arms.iter().any(|arm| {
            matches!(arm.element.make, Make::Message(_)) || !matches!(arm.shape, Shape::Single)
        })
    }
}
