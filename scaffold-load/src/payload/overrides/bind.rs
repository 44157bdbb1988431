//! A change, brought to the type of its field.

use std::fmt;

use super::{Change, Distribution, Literal};
use crate::payload::Fault;
use crate::payload::make::{KnownMake, Make, Numeric, Real, Size, Source, Text, TextSource, Whole};
use crate::payload::plan::Slot;
use crate::payload::pool::{Kind, Known, Schema};

const SECOND: i128 = 1_000_000_000;

// === impl Change ===

impl Change {
    /// How a scalar is made; none if nothing is said of its value.
    pub(crate) fn scalar(&self, schema: &Schema, kind: Kind) -> Result<Option<Make>, Fault> {
        let Some(value) = &self.value else {
            return Ok(None);
        };
        Ok(Some(match kind {
            Kind::String | Kind::Bytes => {
                let source = self.text(value, kind)?;
                Make::Text(Box::new(Text {
                    source,
                    rules: None,
                }))
            }
            Kind::Double | Kind::Float => Make::Real(match value {
                Distribution::Listed(source) => Real::Listed(source.try_map(|v| self.real(v))?),
                Distribution::Numeric(numeric) => Real::Drawn(*numeric),
                other => return Err(self.not_for(other, "a number")),
            }),
            _ => Make::Whole(self.whole_source(schema, kind, value)?),
        }))
    }

    fn whole_source(
        &self,
        schema: &Schema,
        kind: Kind,
        value: &Distribution,
    ) -> Result<Whole, Fault> {
        let (low, high) = kind.range().unwrap_or((i64::MIN.into(), i64::MAX.into()));
        Ok(match value {
            Distribution::Listed(source) => {
                Whole::Listed(source.try_map(|literal| self.whole(schema, kind, literal))?)
            }
            Distribution::Numeric(Numeric::Between(a, b)) if *a < low || *b > high => {
                return Err(self
                    .fault(format!("{a} to {b} is more than the field's type holds"))
                    .help(format!("stay within {low} and {high}")));
            }
            Distribution::Numeric(numeric) => Whole::Drawn {
                numeric: *numeric,
                low,
                high,
            },
            other => return Err(self.not_for(other, "a whole number")),
        })
    }

    fn text(&self, value: &Distribution, kind: Kind) -> Result<TextSource, Fault> {
        Ok(match value {
            Distribution::Listed(source) => {
                TextSource::Listed(source.try_map(|literal| Ok(literal.to_string().into_bytes()))?)
            }
            Distribution::Numeric(numeric) => TextSource::Numeric(*numeric),
            Distribution::Template(template) => TextSource::Template(template.clone()),
            Distribution::Size(size) => TextSource::Sized {
                size: *size,
                words: kind == Kind::String,
            },
        })
    }

    /// A well-known message; none if nothing is said of its value.
    pub(crate) fn known(&self, _: &Schema, known: Known) -> Result<Option<KnownMake>, Fault> {
        let Some(value) = &self.value else {
            return Ok(None);
        };
        Ok(Some(match (known, value) {
            (Known::Duration, value) => KnownMake::Duration(self.seconds(value)?),
            (Known::Timestamp, value) => KnownMake::Timestamp(self.seconds(value)?),
            (Known::FieldMask, Distribution::Listed(source)) => {
                KnownMake::MaskListed(source.try_map(|literal| match literal {
                    Literal::Texts(paths) => Ok(paths.clone()),
                    Literal::Text(paths) => {
                        Ok(paths.split(',').map(|p| p.trim().to_owned()).collect())
                    }
                    other => Err(self.fault(format!("{other} is no list of paths"))),
                })?)
            }
            _ => {
                return Err(self
                    .fault("values of this type cannot be overridden")
                    .help("`present` says how often it is there; an `Any` takes `any = [\"package.Message\"]`"));
            }
        }))
    }

    /// Whole seconds, or with a fraction, as nanoseconds.
    fn seconds(&self, value: &Distribution) -> Result<Whole, Fault> {
        let nanos = |seconds: f64| (seconds * SECOND as f64).round() as i128;
        Ok(match value {
            Distribution::Listed(source) => {
                Whole::Listed(source.try_map(|literal| Ok::<_, Fault>(nanos(self.real(literal)?)))?)
            }
            Distribution::Numeric(Numeric::Between(a, b)) => {
                Whole::Between(a.saturating_mul(SECOND), b.saturating_mul(SECOND))
            }
            Distribution::Numeric(Numeric::Uniform(a, b)) => Whole::Between(nanos(*a), nanos(*b)),
            Distribution::Numeric(Numeric::Sequence { start, step, count }) => Whole::Drawn {
                numeric: Numeric::Sequence {
                    start: start.saturating_mul(SECOND),
                    step: step.saturating_mul(SECOND),
                    count: *count,
                },
                low: i128::MIN,
                high: i128::MAX,
            },
            other => {
                return Err(self
                    .not_for(other, "a time")
                    .help("times take fixed, choice, uniform, sequence and csv, in seconds"));
            }
        })
    }

    /// Weights of a oneof's fields.
    pub(crate) fn weigh(&self, slot: &mut Slot) -> Result<(), Fault> {
        if let Some(present) = self.present {
            slot.present = present;
        }
        let source = match &self.value {
            None => return Ok(()),
            Some(Distribution::Listed(source)) => source,
            Some(other) => return Err(self.not_for(other, "a oneof")),
        };
        let mut sums = Vec::new();
        let names: Vec<String> = source.values().map(ToString::to_string).collect();
        for name in &names {
            if !slot.arms.iter().any(|arm| arm.name == *name) {
                let arms: Vec<&str> = slot.arms.iter().map(|arm| arm.name.as_str()).collect();
                return Err(self
                    .fault(format!("{name:?} is no field of this oneof"))
                    .help(format!("its fields are: {}", arms.join(", "))));
            }
        }
        slot.arms.retain(|arm| names.contains(&arm.name));
        let weight = |name: &str| match source {
            Source::Weighted(values) => {
                let at = values
                    .iter()
                    .position(|(value, _)| value.to_string() == name);
                at.map_or(0.0, |at| {
                    values[at].1 - at.checked_sub(1).map_or(0.0, |before| values[before].1)
                })
            }
            _ => 1.0,
        };
        let mut sum = 0.0;
        for arm in &slot.arms {
            sum += weight(&arm.name);
            sums.push(sum);
        }
        slot.sums = sums;
        Ok(())
    }

    /// # Errors
    ///
    /// If a value is given: a message has none of its own.
    pub(crate) fn takes_no_value(&self, message: &str) -> Result<(), Fault> {
        if self.value.is_none() {
            return Ok(());
        }
        Err(self
            .fault(format!(
                "the field is a {message}, and has no value of its own"
            ))
            .help(format!(
                "override the fields of it: \"{message}.FIELD\", or a path behind `Method:`"
            )))
    }

    fn whole(&self, schema: &Schema, kind: Kind, literal: &Literal) -> Result<i128, Fault> {
        let value = match (literal, kind) {
            (Literal::Whole(value), _) => Some(*value),
            (Literal::Bool(value), Kind::Bool) => Some((*value).into()),
            (Literal::Text(text), Kind::Bool) => text.parse::<bool>().ok().map(i128::from),
            (Literal::Text(text), Kind::Enum(at)) => {
                let values = &schema.enums[at].values;
                let named = values.iter().find(|(name, _)| name == text);
                let number = named
                    .map(|(_, number)| (*number).into())
                    .or_else(|| text.parse().ok());
                if number.is_none() {
                    let names: Vec<&str> = values
                        .iter()
                        .map(|(name, _)| name.as_str())
                        .take(20)
                        .collect();
                    return Err(self
                        .fault(format!("{text:?} is no value of the enum"))
                        .help(format!("its values are: {}", names.join(", "))));
                }
                number
            }
            (Literal::Text(text), _) => text.trim().parse().ok(),
            _ => None,
        };
        let value = value.ok_or_else(|| {
            self.fault(format!("{literal} is no whole number"))
                .help("write a number, such as 42")
        })?;
        let (low, high) = kind.range().unwrap_or((value, value));
        if (low..=high).contains(&value) {
            return Ok(value);
        }
        Err(self
            .fault(format!("{value} is more than the field's type holds"))
            .help(format!("stay within {low} and {high}")))
    }

    fn real(&self, literal: &Literal) -> Result<f64, Fault> {
        let value = match literal {
            Literal::Whole(value) => Some(*value as f64),
            Literal::Real(value) => Some(*value),
            Literal::Text(text) => text.trim().parse().ok(),
            _ => None,
        };
        value.ok_or_else(|| {
            self.fault(format!("{literal} is no number"))
                .help("write a number, such as 1.5")
        })
    }

    fn not_for(&self, value: &Distribution, what: &str) -> Fault {
        let name = match value {
            Distribution::Listed(_) => "a list of values",
            Distribution::Numeric(_) => "a distribution of numbers",
            Distribution::Template(_) => "`template`",
            Distribution::Size(Size::Between(..) | Size::Drawn(_)) => "`size`",
        };
        self.fault(format!("{name} makes no {}", what.trim_start_matches("a ")))
            .help("numbers take fixed, choice, uniform, normal, lognormal, zipf, sequence and csv; `size` and `template` are for strings and bytes")
    }
}

// === impl Literal ===

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Whole(value) => value.fmt(f),
            Literal::Real(value) => value.fmt(f),
            Literal::Bool(value) => value.fmt(f),
            Literal::Text(text) => f.write_str(text),
            Literal::Texts(texts) => f.write_str(&texts.join(",")),
        }
    }
}
