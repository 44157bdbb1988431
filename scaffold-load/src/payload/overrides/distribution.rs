//! Distributions, and the values of TOML that they are written in.

use std::path::Path;

use toml::de::DeValue;

use super::column::column;
use super::{Distribution, Literal};
use crate::payload::Fault;
use crate::payload::make::{Numeric, Size, Source};
use crate::payload::maths::ln;

/// A value of the file, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    pub(super) value: &'a DeValue<'a>,
    /// The override's key.
    pub(super) key: &'a str,
    pub(super) file: &'a str,
    pub(super) line: usize,
}

/// The 99th percentile of the standard normal distribution.
const Z_99: f64 = 2.326_347_874_040_841;

/// A size without a `max` of its own ends at this many times its p99.
const TAIL: f64 = 4.0;

/// No size may be more: what a plan would refuse, too.
const MAX_SIZE: u64 = 16 << 20;

// === impl Distribution ===

impl Distribution {
    /// The distribution that `name` says; none if it says none.
    pub(super) fn read(
        name: &str,
        node: &Node<'_>,
        folder: &Path,
        random: bool,
    ) -> Result<Option<Distribution>, Fault> {
        Ok(Some(match name {
            "fixed" => Distribution::Listed(literal(node)?),
            "choice" => Distribution::Listed(choice(node)?),
            "csv" => {
                let source = column(&node.text()?, folder, random);
                Distribution::Listed(source.map_err(|(what, help)| node.fault(what).help(help))?)
            }
            "uniform" => Distribution::Numeric(uniform(node)?),
            "normal" => {
                let min = node.optional("min")?.unwrap_or(f64::NEG_INFINITY);
                Distribution::Numeric(Numeric::Normal {
                    mean: node.member("mean")?.real()?,
                    deviation: node.member("stddev")?.not_negative()?,
                    min,
                    max: node.optional("max")?.unwrap_or(f64::INFINITY),
                })
            }
            "lognormal" => {
                Distribution::Numeric(lognormal(node, &|node| node.real(), f64::INFINITY)?)
            }
            "zipf" => Distribution::Numeric(Numeric::Zipf {
                n: node.member("n")?.count()?.max(1),
                exponent: node.member("s")?.not_negative()?,
            }),
            "sequence" => Distribution::Numeric(sequence(node)?),
            "size" => Distribution::Size(size(node)?),
            _ => return Ok(None),
        }))
    }
}

/// One value as a source; a list of texts is the paths of a mask.
pub(super) fn literal(node: &Node<'_>) -> Result<Source<Literal>, Fault> {
    if let DeValue::Array(_) = node.value {
        return Ok(Source::Constant(Literal::Texts(node.texts()?)));
    }
    Ok(Source::Constant(node.literal()?))
}

/// `["a", "b"]`, `[{ value = "a", weight = 3 }]` or `{ a = 3, b = 1 }`.
fn choice(node: &Node<'_>) -> Result<Source<Literal>, Fault> {
    let mut values = Vec::new();
    match node.value {
        DeValue::Array(array) => {
            for value in array {
                let inner = node.at(value.get_ref());
                values.push(match inner.value {
                    DeValue::Table(_) => (
                        inner.member("value")?.literal()?,
                        inner.member("weight")?.not_negative()?,
                    ),
                    _ => (inner.literal()?, 1.0),
                });
            }
        }
        DeValue::Table(table) => {
            let mut entries: Vec<_> = table.iter().collect();
            entries.sort_by_key(|(key, _)| key.span().start);
            for (key, weight) in entries {
                let text = Literal::Text(key.get_ref().to_string());
                values.push((text, node.at(weight.get_ref()).not_negative()?));
            }
        }
        _ => {}
    }
    let mut sum = 0.0;
    for (_, weight) in &mut values {
        sum += *weight;
        *weight = sum;
    }
    if values.is_empty() || !(sum > 0.0 && sum.is_finite()) {
        return Err(node
            .fault("its choice has nothing to choose")
            .help("write choice = [\"a\", \"b\"], or weights: choice = { a = 3, b = 1 }"));
    }
    Ok(Source::Weighted(values.into()))
}

fn uniform(node: &Node<'_>) -> Result<Numeric, Fault> {
    let (low, high) = pair(node)?;
    let whole = matches!(
        (low.value, high.value),
        (DeValue::Integer(_), DeValue::Integer(_))
    );
    let (from, to) = (low.real()?, high.real()?);
    if from > to {
        return Err(node
            .fault(format!("{from} to {to} is no range"))
            .help("the lower end stands first"));
    }
    Ok(if whole {
        Numeric::Between(low.whole()?, high.whole()?)
    } else {
        Numeric::Uniform(from, to)
    })
}

/// `{ p50, p99 }`, `min` and `max` beside them; `number` reads one.
fn lognormal(
    node: &Node<'_>,
    number: &dyn Fn(&Node<'_>) -> Result<f64, Fault>,
    tail: f64,
) -> Result<Numeric, Fault> {
    let (p50, p99) = (number(&node.member("p50")?)?, number(&node.member("p99")?)?);
    if !(p50 >= 1e-300 && p99 >= p50 && p99.is_finite()) {
        return Err(node
            .fault(format!(
                "a p50 of {p50} and a p99 of {p99} are no distribution"
            ))
            .help("p50 is above zero, and p99 at least p50"));
    }
    let bound = |name: &str, otherwise: f64| match node.find(name) {
        Some(inner) => number(&inner),
        None => Ok(otherwise),
    };
    Ok(Numeric::LogNormal {
        mean: ln(p50),
        deviation: ln(p99 / p50) / Z_99,
        min: bound("min", 0.0)?,
        max: bound("max", p99 * tail)?,
    })
}

fn sequence(node: &Node<'_>) -> Result<Numeric, Fault> {
    let DeValue::Table(_) = node.value else {
        return Ok(Numeric::Sequence {
            start: node.whole()?,
            step: 1,
            count: None,
        });
    };
    let whole = |name: &str, otherwise: i128| match node.find(name) {
        Some(inner) => inner.whole(),
        None => Ok(otherwise),
    };
    Ok(Numeric::Sequence {
        start: whole("start", 0)?,
        step: whole("step", 1)?,
        count: node.find("count").map(|count| count.count()).transpose()?,
    })
}

fn size(node: &Node<'_>) -> Result<Size, Fault> {
    let size = match node.value {
        DeValue::Table(_) => {
            let bytes = |node: &Node<'_>| node.bytes().map(|bytes| bytes as f64);
            Size::Drawn(lognormal(node, &bytes, TAIL)?)
        }
        DeValue::Array(_) => {
            let (low, high) = pair(node)?;
            Size::Between(low.bytes()?, high.bytes()?)
        }
        _ => Size::Between(node.bytes()?, node.bytes()?),
    };
    let most = match size {
        Size::Between(low, high) if low > high => {
            return Err(node
                .fault("its size is no range")
                .help("the lower end stands first"));
        }
        Size::Between(_, high) => high as f64,
        Size::Drawn(Numeric::LogNormal { max, .. }) => max,
        Size::Drawn(_) => 0.0,
    };
    if most > MAX_SIZE as f64 {
        return Err(node
            .fault(format!(
                "a size of up to {most} bytes is more than a message may have"
            ))
            .help("stay within 16MiB: write a `max` beside p50 and p99"));
    }
    Ok(size)
}

/// `[low, high]`
pub(super) fn pair<'a>(node: &Node<'a>) -> Result<(Node<'a>, Node<'a>), Fault> {
    if let DeValue::Array(array) = node.value
        && let (Some(low), Some(high), None) = (array.first(), array.get(1), array.get(2))
    {
        return Ok((node.at(low.get_ref()), node.at(high.get_ref())));
    }
    Err(node
        .fault("it takes two values")
        .help("write them as [low, high]"))
}

// === impl Node ===

impl<'a> Node<'a> {
    pub(super) fn fault(&self, message: impl Into<String>) -> Fault {
        Fault::new(self.key, message).at(self.file, self.line)
    }

    fn at(&self, value: &'a DeValue<'a>) -> Node<'a> {
        Node { value, ..*self }
    }

    fn find(&self, name: &str) -> Option<Node<'a>> {
        match self.value {
            DeValue::Table(table) => table.get(name).map(|value| self.at(value.get_ref())),
            _ => None,
        }
    }

    fn member(&self, name: &str) -> Result<Node<'a>, Fault> {
        self.find(name).ok_or_else(|| {
            self.fault(format!("{name:?} is missing"))
                .help(format!("write {name} = ..."))
        })
    }

    fn optional(&self, name: &str) -> Result<Option<f64>, Fault> {
        self.find(name).map(|node| node.real()).transpose()
    }

    fn literal(&self) -> Result<Literal, Fault> {
        Ok(match self.value {
            DeValue::String(text) => Literal::Text(text.to_string()),
            DeValue::Boolean(value) => Literal::Bool(*value),
            DeValue::Integer(_) => Literal::Whole(self.whole()?),
            DeValue::Float(_) => Literal::Real(self.real()?),
            _ => {
                return Err(self
                    .fault("a table, a list or a date is no value here")
                    .help("write a text in quotes, a number or a boolean"));
            }
        })
    }

    pub(super) fn text(&self) -> Result<String, Fault> {
        match self.value {
            DeValue::String(text) => Ok(text.to_string()),
            _ => Err(self.fault("a text in quotes is wanted")),
        }
    }

    pub(super) fn texts(&self) -> Result<Vec<String>, Fault> {
        match self.value {
            DeValue::Array(array) => array
                .iter()
                .map(|value| self.at(value.get_ref()).text())
                .collect(),
            _ => Ok(vec![self.text()?]),
        }
    }

    fn whole(&self) -> Result<i128, Fault> {
        match self.value {
            DeValue::Integer(number) => {
                i128::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()
            }
            _ => None,
        }
        .ok_or_else(|| self.fault("a whole number is wanted"))
    }

    pub(super) fn real(&self) -> Result<f64, Fault> {
        match self.value {
            DeValue::Float(number) => number
                .as_str()
                .replace('_', "")
                .parse::<f64>()
                .ok()
                .filter(|n| n.is_finite()),
            DeValue::Integer(_) => Some(self.whole()? as f64),
            _ => None,
        }
        .ok_or_else(|| self.fault("a finite number is wanted"))
    }

    fn not_negative(&self) -> Result<f64, Fault> {
        let number = self.real()?;
        if number < 0.0 {
            return Err(self.fault(format!("{number} is below zero")));
        }
        Ok(number)
    }

    pub(super) fn count(&self) -> Result<u64, Fault> {
        u64::try_from(self.whole()?).map_err(|_| self.fault("a number from zero on is wanted"))
    }

    pub(super) fn small(&self) -> Result<u32, Fault> {
        u32::try_from(self.count()?).map_err(|_| self.fault("the number is too large"))
    }

    pub(super) fn share(&self) -> Result<f64, Fault> {
        let share = self.real()?;
        if !(0.0..=1.0).contains(&share) {
            return Err(self
                .fault(format!("{share} is no share"))
                .help("write a number from 0 to 1"));
        }
        Ok(share)
    }

    /// `1024`, `"1KiB"`, `"1.5MB"`.
    pub(super) fn bytes(&self) -> Result<u64, Fault> {
        let DeValue::String(text) = self.value else {
            return self.count();
        };
        let split = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(split);
        let unit = match unit.trim() {
            "" | "B" => Some(1.0),
            "kB" | "KB" => Some(1e3),
            "KiB" => Some(1024.0),
            "MB" => Some(1e6),
            "MiB" => Some(1024.0 * 1024.0),
            _ => None,
        };
        let bytes = number
            .parse::<f64>()
            .ok()
            .zip(unit)
            .map(|(number, unit)| (number * unit) as u64);
        bytes.ok_or_else(|| {
            self.fault(format!("{text:?} is no size"))
                .help("write bytes, or a number with B, kB, KiB, MB or MiB")
        })
    }
}
