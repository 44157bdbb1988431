//! The plan of one field.

use std::sync::Arc;

use super::build::{Builder, Site};
use super::values::Scalar;
use super::{FieldPlan, Shape};
use crate::payload::Fault;
use crate::payload::make::{Element, Make};
use crate::payload::overrides::{Branch, Change};
use crate::payload::pool::{Field, Kind, Label, Presence};
use crate::payload::rules::{Rules, RulesOf};

impl<'a> Builder<'a> {
    /// The plan of a field, and whether it must be written; none if it is left
    /// out.
    pub(super) fn field(
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
            RulesOf::Map(keys, values) => (keys.items.clone(), (**values).clone()),
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
}
