//! How well-known types are made.

use super::build::{Builder, Site};
use super::values::Scalar;
use crate::payload::Fault;
use crate::payload::make::{AnyChoice, Element, KnownMake, Make, Source, Whole};
use crate::payload::pool::{Field, Kind, Known, Message};
use crate::payload::rules::{Numbers, Rules, RulesOf};

const SECOND: i128 = 1_000_000_000;

/// 0001-01-01 and the end of 9999, as `timestamp.proto` has it.
const TIMESTAMPS: (i128, i128) = (-62_135_596_800 * SECOND, 253_402_300_800 * SECOND - 1);

/// Ten thousand years each way, as `duration.proto` has it.
const DURATIONS: (i128, i128) = (-315_576_000_000 * SECOND, 315_576_000_000 * SECOND);

/// Five years before now, if nothing is known of a time.
const RECENT: i128 = 5 * 365 * 86_400 * SECOND;

/// What comes after now must still do so when the test runs.
const CENTURY: i128 = 100 * 365 * 86_400 * SECOND;

/// Messages that an `Any` is filled with, if nobody says which.
const ANY_CHOICES: usize = 4;

impl<'a> Builder<'a> {
    pub(super) fn known(
        &mut self,
        site: &Site<'a, '_>,
        known: Known,
        rules: &Rules,
        repeated: bool,
    ) -> Result<Make, Fault> {
        if let Known::Wrapper(kind) = known {
            let make = self.scalar(site, kind, rules, repeated)?;
            return Ok(Make::Known(Box::new(KnownMake::Wrapper(Element {
                kind,
                make,
            }))));
        }
        if let Some(change) = site.change
            && let Some(make) = change.known(self.schema, known)?
        {
            return Ok(Make::Known(Box::new(make)));
        }
        Ok(Make::Known(Box::new(match known {
            Known::Any => KnownMake::Any(self.any(site, rules)),
            Known::Duration => {
                KnownMake::Duration(self.time(site, rules, (SECOND / 1000, 60 * SECOND), DURATIONS))
            }
            Known::Timestamp => {
                let now = i128::from(self.options.now) * SECOND;
                KnownMake::Timestamp(self.time(site, rules, (now - RECENT, now), TIMESTAMPS))
            }
            Known::FieldMask => self.mask(site, rules),
            Known::ListValue => KnownMake::List,
            Known::Struct => KnownMake::Struct,
            Known::Value => KnownMake::Value,
            Known::Empty | Known::Wrapper(_) => KnownMake::Empty,
        })))
    }

    fn time(
        &mut self,
        site: &Site<'_, '_>,
        rules: &Rules,
        usual: (i128, i128),
        range: (i128, i128),
    ) -> Whole {
        let Some(rules) = rules.whole() else {
            return Whole::Between(usual.0, usual.1);
        };
        let now = i128::from(self.options.now) * SECOND;
        let mut rules: Numbers<i128> = rules.clone();
        if rules.before_now {
            rules.lte = Some(rules.lte.map_or(now, |lte| lte.min(now)));
        }
        let mut usual = usual;
        if rules.after_now {
            rules.gte = Some(
                rules
                    .gte
                    .map_or(now + CENTURY, |gte| gte.max(now + CENTURY)),
            );
            usual = (now + CENTURY, now + CENTURY + RECENT);
        }
        if let Some(within) = rules.within {
            rules.gte = Some(now.saturating_sub(within));
            rules.lte = Some(now.saturating_add(within));
            let name = format!(
                "{}.{}",
                self.schema.messages[site.message].name, site.field.name
            );
            self.plan.notes.push(format!(
                "{name}: timestamp.within is kept around the option `now`"
            ));
        }
        let scalar = Scalar {
            schema: self.schema,
            kind: Kind::Int64,
            name: &site.field.name,
            repeated: false,
            rules: &Rules::default(),
            nonzero: false,
        };
        let mut notes = Vec::new();
        let whole = scalar.ruled(
            &rules,
            range,
            usual,
            &|(low, high)| Whole::Between(low, high),
            &mut notes,
        );
        let name = &self.schema.messages[site.message].name;
        self.plan
            .notes
            .extend(notes.into_iter().map(|note| format!("{name}.{note}")));
        whole
    }

    /// What an `Any` holds: what rules allow, or messages of the same package,
    /// or the plainest there is.
    fn any(&mut self, site: &Site<'a, '_>, rules: &Rules) -> Vec<AnyChoice> {
        if let RulesOf::Any { allowed, .. } = &rules.of
            && !allowed.is_empty()
        {
            return allowed.iter().map(|url| self.any_choice(url)).collect();
        }
        if let Some(names) = site.change.and_then(|change| change.any.as_ref()) {
            let urls = names
                .iter()
                .map(|name| format!("type.googleapis.com/{name}"));
            return urls.map(|url| self.any_choice(&url)).collect();
        }
        let forbidden = match &rules.of {
            RulesOf::Any { forbidden, .. } => forbidden.as_slice(),
            _ => &[],
        };
        let schema = self.schema;
        let package = &schema.messages[site.message].package;
        let plain = |message: &&Message| {
            message.package == *package
                && message.known.is_none()
                && !message.map_entry
                && !message.fields.is_empty()
                && message
                    .fields
                    .iter()
                    .all(|field| field.kind.message().is_none() && field.kind != Kind::Missing)
        };
        let mut names: Vec<&str> = schema
            .messages
            .iter()
            .filter(plain)
            .map(|m| m.name.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        names.truncate(ANY_CHOICES);
        if names.is_empty() {
            names.push("google.protobuf.StringValue");
        }
        let urls = names
            .iter()
            .map(|name| format!("type.googleapis.com/{name}"));
        let urls: Vec<String> = urls.filter(|url| !forbidden.contains(url)).collect();
        urls.iter().map(|url| self.any_choice(url)).collect()
    }

    fn any_choice(&mut self, url: &str) -> AnyChoice {
        let name = url.rsplit('/').next().unwrap_or(url);
        let plan = self
            .schema
            .message(name)
            .map(|message| self.message(message, None));
        AnyChoice {
            url: url.to_owned(),
            plan,
        }
    }

    /// Paths of the message that stands beside the mask, or of the mask's own.
    fn mask(&mut self, site: &Site<'_, '_>, rules: &Rules) -> KnownMake {
        let (allowed, forbidden) = match &rules.of {
            RulesOf::Mask {
                exact: Some(paths), ..
            } => {
                return KnownMake::MaskListed(Source::Constant(paths.clone()));
            }
            RulesOf::Mask {
                allowed, forbidden, ..
            } => (allowed.as_slice(), forbidden.as_slice()),
            _ => (&[][..], &[][..]),
        };
        if !allowed.is_empty() {
            return KnownMake::Mask(allowed.to_vec());
        }
        let schema = self.schema;
        let message = &schema.messages[site.message];
        let sibling = message.fields.iter().find_map(|field| {
            let inner = &schema.messages[field.kind.message()?];
            let usable = inner.known.is_none() && !inner.map_entry && !inner.fields.is_empty();
            usable.then_some(inner)
        });
        let of = sibling.unwrap_or(message);
        let settable = |field: &&Field| !field.output_only && field.name != site.field.name;
        let names = of
            .fields
            .iter()
            .filter(settable)
            .map(|field| field.name.clone());
        // A path that is forbidden forbids those below it.
        let paths: Vec<String> = names.filter(|name| !forbidden.contains(name)).collect();
        if paths.is_empty() {
            KnownMake::Empty
        } else {
            KnownMake::Mask(paths)
        }
    }
}
