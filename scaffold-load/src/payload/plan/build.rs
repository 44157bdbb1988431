//! From a schema and options to a plan.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::least::least;
use super::values::Scalar;
use super::{FieldPlan, MessagePlan, Plan, Shape, Slot};
use crate::payload::Fault;
use crate::payload::make::{Element, Make};
use crate::payload::options::Options;
use crate::payload::overrides::{Branch, Change, Resolved};
use crate::payload::pool::{Field, Kind, Known, Label, Presence, Schema};
use crate::payload::rules::{MessageRules, Rules};

/// More messages than any root reaches; a bound on what a set may ask for.
const MAX_MESSAGES: usize = 100_000;

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
        // Where the fields of a oneof go, by its name.
        let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
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
                    oneof_required(&message.oneofs[oneof].rules),
                )),
                (None, Some((names, required))) => {
                    names.first().map(|first| (first.as_str(), *required))
                }
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
                    false,
                    present.unwrap_or(self.options.limits.fill),
                )),
                Some((name, required)) => {
                    let own_required = plan.rules.required;
                    if let Some(&at) = groups.get(name) {
                        slots[at].arms.push(plan);
                    } else {
                        groups.insert(name, slots.len());
                        slots.push(slot(
                            name,
                            plan,
                            required,
                            required,
                            self.options.limits.fill,
                        ));
                    }
                    // A member that is required leaves no choice.
                    let slot = &mut slots[groups[name]];
                    if own_required {
                        let last = slot.arms.len() - 1;
                        slot.arms.swap(0, last);
                        slot.arms.truncate(1);
                        slot.mandatory = true;
                    } else if slot.arms.first().is_some_and(|arm| arm.rules.required) {
                        slot.arms.truncate(1);
                    }
                }
            }
        }
        for (name, at_slot) in groups {
            let weights = self.overrides.fields.get(&(at, name.to_owned())).copied();
            if let Some(change) = weights {
                change.weigh(&mut slots[at_slot])?;
            }
        }
        self.plan.messages[plan].slots = slots;
        Ok(())
    }

    /// The plan of a field, and whether it must be written; none if it is left
    /// out.
    fn field(
        &mut self,
        at: usize,
        field: &Field,
        change: Option<&'a Change>,
        branch: Option<&Branch<'a>>,
        ignore_zero: bool,
    ) -> Result<Option<(FieldPlan, bool)>, Fault> {
        let mut rules = Rules::read(&field.rules);
        rules.ignore_zero |= ignore_zero;
        let message = &self.schema.messages[at].name;
        self.unread(message, &field.name, &rules.unread);
        if change.is_some_and(|change| change.present == Some(0.0)) {
            return Ok(None);
        }
        let required = field.label == Label::Single(Presence::Required);
        if field.output_only && change.is_none() && branch.is_none() && !required && !rules.required
        {
            return Ok(None);
        }
        let implicit = field.label == Label::Single(Presence::Implicit);
        let site = Site {
            message: at,
            field,
            change,
            branch,
            nonzero: implicit && rules.required,
        };
        let pinned = change.is_some();
        let (shape, element) = match field.label {
            Label::Single(_) => (
                Some(Shape::Single),
                self.element(&site, field.kind, &rules, false)?,
            ),
            Label::Repeated { packed } => {
                let items = rules
                    .count()
                    .map_or_else(Rules::default, |count| count.items.clone());
                let (min, max) = self.count(&rules, change);
                let unique = rules.count().is_some_and(|count| count.unique);
                let shape = Shape::Repeated {
                    packed,
                    unique,
                    min,
                    max,
                };
                (Some(shape), self.element(&site, field.kind, &items, true)?)
            }
            Label::Map => self.map(&site, &rules)?,
        };
        let (Some(shape), Some(element)) = (shape, element) else {
            return Ok(None);
        };
        let items = match shape {
            Shape::Single => 0,
            Shape::Repeated { min, .. } | Shape::Map { min, .. } => min,
        };
        let mandatory = change
            .and_then(|change| change.present)
            .is_none_or(|share| share == 1.0)
            && (required
                || rules.required
                || items > 0
                || (implicit && !rules.is_empty() && !rules.ignore_zero));
        let recursive = match element.make {
            Make::Message(_) => {
                let inner = element.kind.message().unwrap_or(at);
                self.schema.recursive(at, inner)
                    || field
                        .kind
                        .message()
                        .is_some_and(|entry| self.schema.recursive(at, entry))
            }
            _ => false,
        };
        let plan = FieldPlan {
            name: field.name.clone(),
            number: field.number,
            shape,
            element,
            implicit,
            recursive,
            pinned,
            least: 0,
            rules: Arc::new(rules),
        };
        Ok(Some((plan, mandatory)))
    }

    fn map(
        &mut self,
        site: &Site<'a, '_>,
        rules: &Rules,
    ) -> Result<(Option<Shape>, Option<Element>), Fault> {
        let schema = self.schema;
        let Some(entry) = site.field.kind.message() else {
            return Ok((None, None));
        };
        let fields = &schema.messages[entry].fields;
        let (Some(key), Some(value)) = (
            fields.iter().find(|field| field.number == 1),
            fields.iter().find(|field| field.number == 2),
        ) else {
            return Ok((None, None));
        };
        let (keys, values) = match &rules.of {
            crate::payload::rules::RulesOf::Map(keys, values) => {
                (keys.items.clone(), (**values).clone())
            }
            _ => (Rules::default(), Rules::default()),
        };
        if key.kind.message().is_some() || key.kind == Kind::Missing {
            return Ok((None, None));
        }
        let scalar = Scalar {
            schema,
            kind: key.kind,
            name: "key",
            repeated: false,
            rules: &keys,
            nonzero: false,
        };
        let key = Element {
            kind: key.kind,
            make: scalar.make(&mut self.plan.notes),
        };
        let (min, max) = self.count(rules, site.change);
        let shape = Shape::Map {
            key: Box::new(key),
            min,
            max,
        };
        Ok((Some(shape), self.element(site, value.kind, &values, false)?))
    }

    /// How many elements, at least and at most.
    fn count(&self, rules: &Rules, change: Option<&Change>) -> (u64, u64) {
        if let Some(items) = change.and_then(|change| change.items) {
            return items;
        }
        let count = rules.count();
        let min = count
            .and_then(|count| count.min)
            .unwrap_or(0)
            .max(rules.required.into());
        let most = count.and_then(|count| count.max).unwrap_or(u64::MAX);
        let usual = u64::from(self.options.limits.max_items);
        let max = usual.max(min).min(most.max(min));
        // One at least where none is needed: an empty list says nothing.
        (min, max)
    }

    /// How one value is made; none if it is left out.
    fn element(
        &mut self,
        site: &Site<'a, '_>,
        kind: Kind,
        rules: &Rules,
        repeated: bool,
    ) -> Result<Option<Element>, Fault> {
        let name = &self.schema.messages[site.message].name;
        let whole = || format!("{name}.{}", site.field.name);
        let make = match kind {
            Kind::Missing => {
                return Err(Fault::new(whole(), "its type is not in the descriptor set")
                    .help("give the imports too (`protoc --include_imports`)"));
            }
            Kind::Message(inner) | Kind::Group(inner) => {
                let message = &self.schema.messages[inner];
                match (message.known, kind) {
                    (Some(known), Kind::Message(_)) => self.known(site, known, rules, repeated)?,
                    _ => {
                        if let Some(change) = site.change {
                            change.takes_no_value(&message.name)?;
                        }
                        let branch = site.branch.filter(|branch| !branch.fields.is_empty());
                        Make::Message(self.message(inner, branch.cloned().map(Arc::new)))
                    }
                }
            }
            _ => self.scalar(site, kind, rules, repeated)?,
        };
        Ok(Some(Element { kind, make }))
    }

    /// A scalar: from its override, or as it is without one.
    pub(super) fn scalar(
        &mut self,
        site: &Site<'a, '_>,
        kind: Kind,
        rules: &Rules,
        repeated: bool,
    ) -> Result<Make, Fault> {
        if let Some(change) = site.change
            && let Some(make) = change.scalar(self.schema, kind)?
        {
            return Ok(make);
        }
        let scalar = Scalar {
            schema: self.schema,
            kind,
            name: &site.field.name,
            repeated,
            rules,
            nonzero: site.nonzero,
        };
        let mut notes = Vec::new();
        let make = scalar.make(&mut notes);
        let name = &self.schema.messages[site.message].name;
        self.plan
            .notes
            .extend(notes.into_iter().map(|note| format!("{name}.{note}")));
        Ok(make)
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

    fn unread(&mut self, message: &str, field: &str, unread: &[String]) {
        let dot = if field.is_empty() { "" } else { "." };
        self.plan.notes.extend(
            unread
                .iter()
                .map(|rule| format!("{message}{dot}{field}: the rule {rule} is not read")),
        );
    }
}

fn slot(name: &str, arm: FieldPlan, mandatory: bool, required_rule: bool, present: f64) -> Slot {
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
