//! From a schema and options to a plan.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::least::least;
use super::{FieldPlan, MessagePlan, Plan, Slot};
use crate::payload::Fault;
use crate::payload::make::Make;
use crate::payload::options::Options;
use crate::payload::overrides::{Branch, Change, Resolved};
use crate::payload::pool::{Field, Kind, Known, Label, Presence, Schema};
use crate::payload::rules::{MessageRules, Rules};

/// More messages than any root reaches; a bound on what a set may ask for.
const MAX_MESSAGES: usize = 20_000;

pub(crate) struct Builder<'a> {
    pub(super) schema: &'a Schema,
    pub(super) options: &'a Options,
    overrides: Resolved<'a>,
    pub(super) plan: Plan,
    /// The plan of each message that no path leads to.
    shared: BTreeMap<usize, usize>,
    /// Planned, and not filled yet: plan, message, path.
    open: Vec<(usize, usize, Option<Arc<Branch<'a>>>)>,
}

/// A field on its way into the plan.
pub(super) struct Site<'a, 'f> {
    pub(super) message: usize,
    pub(super) field: &'f Field,
    pub(super) change: Option<&'a Change>,
    pub(super) branch: Option<&'f Branch<'a>>,
    pub(super) nonzero: bool,
}

pub(crate) fn build(schema: &Schema, root: usize, options: &Options) -> Result<Plan, Fault> {
    let overrides = options
        .overrides
        .resolve(schema, options.method.as_deref(), root)?;
    let mut builder = Builder {
        schema,
        options,
        plan: Plan::default(),
        shared: BTreeMap::new(),
        open: Vec::new(),
        overrides,
    };
    let path = builder.overrides.path.take();
    builder.message(root, path);
    while let Some((plan, message, branch)) = builder.open.pop() {
        builder.fill(plan, message, branch.as_deref())?;
        if builder.plan.messages.len() > MAX_MESSAGES {
            let name = &schema.messages[root].name;
            return Err(Fault::new(
                name,
                format!("it leads to over {MAX_MESSAGES} messages"),
            ));
        }
    }
    let mut plan = builder.plan;
    least(&mut plan)?;
    plan.notes.sort();
    plan.notes.dedup();
    Ok(plan)
}

impl<'a> Builder<'a> {
    /// The plan of a message; one along a path of overrides is its own.
    pub(super) fn message(&mut self, message: usize, branch: Option<Arc<Branch<'a>>>) -> usize {
        if branch.is_none()
            && let Some(&plan) = self.shared.get(&message)
        {
            return plan;
        }
        let plan = self.plan.messages.len();
        self.plan.messages.push(MessagePlan {
            name: self.schema.messages[message].name.clone(),
            ..MessagePlan::default()
        });
        if branch.is_none() {
            self.shared.insert(message, plan);
        }
        self.open.push((plan, message, branch));
        plan
    }

    fn fill(&mut self, plan: usize, at: usize, branch: Option<&Branch<'a>>) -> Result<(), Fault> {
        let schema = self.schema;
        let message = &schema.messages[at];
        if let Some(known) = message.known {
            self.plan.messages[plan].known = Some(self.root_known(at, known));
            return Ok(());
        }
        let rules = MessageRules::read(&message.rules);
        self.unread(&message.name, "", &rules.unread);
        let mut slots: Vec<Slot> = Vec::new();
        // Where the fields of a oneof go, by whether the message declares it, and
        // its name.
        let mut groups: BTreeMap<(bool, &str), usize> = BTreeMap::new();
        for field in &message.fields {
            let own = branch.and_then(|branch| branch.fields.get(&field.name));
            let change = own.and_then(|own| own.change).or_else(|| {
                self.overrides
                    .fields
                    .get(&(at, field.name.clone()))
                    .copied()
            });
            // A oneof of the message's, or one that its rules make.
            let virtual_oneof = rules
                .oneofs
                .iter()
                .find(|(names, _)| names.contains(&field.name));
            let group = match (field.oneof, virtual_oneof) {
                (Some(oneof), _) => Some((
                    message.oneofs[oneof].name.as_str(),
                    oneof_required(&message.oneofs[oneof].rules).then_some("required"),
                )),
                (None, Some((names, required))) => names
                    .first()
                    .map(|first| (first.as_str(), required.then_some("message.oneof"))),
                (None, None) => None,
            };
            let Some((plan, mandatory)) =
                self.field(at, field, change, own, virtual_oneof.is_some())?
            else {
                continue;
            };
            let present = change.and_then(|change| change.present);
            match group {
                None => slots.push(slot(
                    "",
                    plan,
                    mandatory,
                    None,
                    present.unwrap_or(self.options.limits.fill),
                )),
                Some((name, required)) => {
                    let key = (field.oneof.is_some(), name);
                    let must = plan.rules.required;
                    if let Some(&at) = groups.get(&key) {
                        slots[at].arms.push(plan);
                    } else {
                        groups.insert(key, slots.len());
                        let fill = self.options.limits.fill;
                        slots.push(slot(name, plan, required.is_some(), required, fill));
                    }
                    // A member that is required leaves no choice.
                    let slot = &mut slots[groups[&key]];
                    if must {
                        let last = slot.arms.len() - 1;
                        slot.arms.swap(0, last);
                        slot.mandatory = true;
                    }
                    if slot.arms[0].rules.required {
                        slot.arms.truncate(1);
                    }
                }
            }
        }
        for ((declared, name), at_slot) in groups {
            let weights = self.overrides.fields.get(&(at, name.to_owned()));
            if let Some(change) = weights.filter(|_| declared) {
                change.weigh(&mut slots[at_slot])?;
            }
        }
        self.plan.messages[plan].slots = slots;
        Ok(())
    }

    /// A well-known type that is the root, or held by an `Any`.
    fn root_known(&mut self, at: usize, known: Known) -> crate::payload::make::KnownMake {
        let field = Field {
            name: "value".to_owned(),
            number: 1,
            kind: Kind::Message(at),
            label: Label::Single(Presence::Explicit),
            oneof: None,
            output_only: false,
            rules: Vec::new(),
        };
        let site = Site {
            message: at,
            field: &field,
            change: None,
            branch: None,
            nonzero: false,
        };
        match self.known(&site, known, &Rules::default(), false) {
            Ok(Make::Known(known)) => *known,
            _ => crate::payload::make::KnownMake::Empty,
        }
    }

    pub(super) fn unread(&mut self, message: &str, field: &str, unread: &[String]) {
        let dot = if field.is_empty() { "" } else { "." };
        self.plan.notes.extend(
            unread
                .iter()
                .map(|rule| format!("{message}{dot}{field}: the rule {rule} is not read")),
        );
    }
}

fn slot(
    name: &str,
    arm: FieldPlan,
    mandatory: bool,
    required_rule: Option<&'static str>,
    present: f64,
) -> Slot {
    Slot {
        name: name.to_owned(),
        arms: vec![arm],
        sums: Vec::new(),
        mandatory,
        required_rule,
        present,
        least: 0,
        cheapest: 0,
    }
}

fn oneof_required(rules: &[u8]) -> bool {
    crate::payload::wire::Fields(rules).any(|(number, value)| number == 1 && value.number() != 0)
}
