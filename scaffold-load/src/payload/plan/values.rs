//! How a scalar is made, when no override says so: by rule, name, then type.

use std::sync::Arc;

use crate::payload::heuristics;
use crate::payload::make::{Draw, Make, Real, Size, Source, Style, Text, TextSource, Whole};
use crate::payload::pool::{Kind, Schema};
use crate::payload::rng::Key;
use crate::payload::rules::{Numbers, Rules, TextRules};

/// A field, as far as its scalar values go.
pub(super) struct Scalar<'a> {
    pub(super) schema: &'a Schema,
    pub(super) kind: Kind,
    pub(super) name: &'a str,
    pub(super) repeated: bool,
    pub(super) rules: &'a Rules,
    /// Zero is the same as missing, and must not be missing.
    pub(super) nonzero: bool,
}

/// What a whole number is if nothing is known of it.
const NARROW: (i128, i128) = (1, 9_999);
const WIDE: (i128, i128) = (1, 999_999);

// === impl Scalar ===

impl Scalar<'_> {
    /// How it is made; what could not be kept goes into `notes`.
    pub(super) fn make(&self, notes: &mut Vec<String>) -> Make {
        match self.kind {
            Kind::Double | Kind::Float => Make::Real(self.real(notes)),
            Kind::String => Make::Text(Box::new(self.string(notes))),
            Kind::Bytes => Make::Text(Box::new(self.bytes(notes))),
            Kind::Enum(at) => Make::Whole(self.enumeration(at, notes)),
            _ => Make::Whole(self.whole(notes)),
        }
    }

    fn whole(&self, notes: &mut Vec<String>) -> Whole {
        let range = self.kind.range().unwrap_or((0, 0));
        let (usual, known) = match self.kind {
            Kind::Bool => ((i128::from(self.nonzero), 1), true),
            _ => match heuristics::whole(self.name, self.repeated) {
                Some(usual) if usual.1 <= range.1 => (usual, true),
                _ if range.1 > i128::from(u32::MAX) => (WIDE, false),
                _ => (NARROW, false),
            },
        };
        let plain = |(low, high)| {
            if known {
                Whole::Between(low, high)
            } else {
                Whole::Digits(low, high)
            }
        };
        let Some(rules) = self.rules.whole() else {
            return plain((usual.0.max(self.nonzero.into()), usual.1));
        };
        let mut rules = rules.clone();
        if self.nonzero {
            rules.forbidden.push(0);
        }
        self.ruled(&rules, range, usual, &plain, notes)
    }

    fn enumeration(&self, at: usize, notes: &mut Vec<String>) -> Whole {
        let values = &self.schema.enums[at].values;
        let mut numbers: Vec<i128> = values.iter().map(|(_, number)| (*number).into()).collect();
        let first = numbers.first().copied();
        numbers.sort_unstable();
        numbers.dedup();
        let mut rules = self
            .rules
            .whole()
            .cloned()
            .unwrap_or_else(|| Numbers::new("enum"));
        if self.nonzero {
            rules.forbidden.push(0);
        }
        // Closed enums take no other; in open ones no other means anything.
        if rules.allowed.is_empty() {
            // The default says the least.
            let others: Vec<i128> = numbers
                .iter()
                .copied()
                .filter(|n| Some(*n) != first)
                .collect();
            let usable = |of: &[i128]| of.iter().any(|n| !rules.forbidden.contains(n));
            rules.allowed = if usable(&others) { others } else { numbers };
        }
        if rules.allowed.is_empty() {
            return Whole::Listed(Source::Constant(0));
        }
        self.ruled(
            &rules,
            (i32::MIN.into(), i32::MAX.into()),
            (0, 0),
            &|(low, _)| Whole::Listed(Source::Constant(low)),
            notes,
        )
    }

    /// A whole number that keeps rules.
    pub(super) fn ruled(
        &self,
        rules: &Numbers<i128>,
        range: (i128, i128),
        usual: (i128, i128),
        plain: &dyn Fn((i128, i128)) -> Whole,
        notes: &mut Vec<String>,
    ) -> Whole {
        if let Some(listed) = listed(rules) {
            return Whole::Listed(listed);
        }
        let ranges = rules.ranges(range);
        let common = ranges
            .iter()
            .map(|(a, b)| ((*a).max(usual.0), (*b).min(usual.1)));
        let fits = |(low, high): &(i128, i128)| {
            // Not all of it is forbidden.
            let count = rules
                .forbidden
                .iter()
                .filter(|f| (low..=high).contains(f))
                .count();
            low <= high && high - low >= count as i128
        };
        let near = ranges.iter().map(|(low, high)| {
            // Near the end that was written.
            if *low == range.0 && *high != range.1 {
                ((*low).max(high.saturating_sub(NARROW.1)), *high)
            } else {
                (*low, (*high).min(low.saturating_add(NARROW.1)))
            }
        });
        let Some(chosen) = common.chain(near).find(fits) else {
            notes.push(format!(
                "{}: its {} rules leave no value",
                self.name, rules.name
            ));
            return plain(usual);
        };
        let whole = plain(chosen);
        if rules.forbidden.is_empty() {
            whole
        } else {
            Whole::Ruled(Box::new(whole), Arc::new(rules.clone()))
        }
    }

    fn real(&self, notes: &mut Vec<String>) -> Real {
        let usual = heuristics::real(self.name, self.repeated).unwrap_or((1.0, 1000.0, 100.0));
        let between = |low, high| Real::Between {
            low,
            high,
            steps: usual.2,
        };
        let Some(rules) = self.rules.real() else {
            let low = if self.nonzero {
                usual.0.max(1.0 / usual.2)
            } else {
                usual.0
            };
            return between(low, usual.1);
        };
        let mut rules = rules.clone();
        if self.nonzero {
            rules.forbidden.push(0.0);
        }
        if let Some(listed) = listed(&rules) {
            return Real::Listed(listed);
        }
        let most = if self.kind == Kind::Float {
            f32::MAX.into()
        } else {
            f64::MAX
        };
        let ranges = rules.ranges((-most, most));
        let common = ranges.iter().map(|(a, b)| (a.max(usual.0), b.min(usual.1)));
        let near = ranges.iter().map(|(low, high)| {
            if *low == -most && *high != most {
                (low.max(high - 1000.0), *high)
            } else {
                (*low, high.min(low + 1000.0))
            }
        });
        let Some((low, high)) = common.chain(near).find(|(low, high)| low <= high) else {
            notes.push(format!(
                "{}: its {} rules leave no value",
                self.name, rules.name
            ));
            return between(usual.0, usual.1);
        };
        Real::Ruled {
            real: Box::new(between(low, high)),
            rules: Arc::new(rules),
            single: self.kind == Kind::Float,
        }
    }

    fn string(&self, notes: &mut Vec<String>) -> Text {
        let style = heuristics::style(self.name, self.repeated).unwrap_or(Style::Words);
        let style = if self.nonzero && style == Style::Nothing {
            Style::Token
        } else {
            style
        };
        self.text(TextSource::Style(style), notes)
    }

    fn bytes(&self, notes: &mut Vec<String>) -> Text {
        let (low, high) = heuristics::size(self.name, self.repeated).unwrap_or((16, 64));
        let size = Size::Between(low, high);
        self.text(TextSource::Sized { size, words: false }, notes)
    }

    fn text(&self, usual: TextSource, notes: &mut Vec<String>) -> Text {
        let Some(rules) = self.rules.text() else {
            return Text {
                source: usual,
                rules: None,
            };
        };
        let mut rules = rules.clone();
        if self.nonzero && rules.min_chars.is_none() {
            rules.min_chars = Some(1);
        }
        if let Some(source) = listed_text(&rules) {
            return Text {
                source: TextSource::Listed(source),
                rules: None,
            };
        }
        let source = match (rules.format, &rules.pattern) {
            (Some(format), _) => TextSource::Format(format),
            (None, Some(pattern)) => TextSource::Pattern(Arc::clone(pattern)),
            (None, None) if rules.opaque => {
                let help = "write an `example` beside it";
                notes.push(format!("{}: its pattern is not kept; {help}", self.name));
                usual
            }
            (None, None) => usual,
        };
        let text = Text {
            source,
            rules: Some(Arc::new(rules)),
        };
        // One look at what comes of it; lengths beyond reason stop the plan later.
        if text.least() < 1 << 16 {
            let mut broken: Vec<String> = (0..8)
                .flat_map(|index| {
                    let row = Key::message(index, self.name);
                    text.breaks(&mut Draw {
                        rng: row.rng(),
                        index,
                        row,
                    })
                })
                .collect();
            broken.sort();
            broken.dedup();
            if !broken.is_empty() {
                let broken = broken.join(", ");
                notes.push(format!("{}: not always kept together: {broken}", self.name));
            }
        }
        text
    }
}

/// What rules list: the constant, examples, or what is allowed.
fn listed<T: Copy + PartialOrd>(rules: &Numbers<T>) -> Option<Source<T>> {
    if let Some(constant) = rules.constant {
        return Some(Source::Constant(constant));
    }
    if !rules.examples.is_empty() {
        return Some(Source::One(rules.examples.as_slice().into()));
    }
    let allowed: Vec<T> = rules
        .allowed
        .iter()
        .copied()
        .filter(|v| rules.keeps(*v))
        .collect();
    (!allowed.is_empty()).then(|| Source::One(allowed.into()))
}

fn listed_text(rules: &TextRules) -> Option<Source<Vec<u8>>> {
    if let Some(constant) = &rules.constant {
        return Some(Source::Constant(constant.clone()));
    }
    if !rules.examples.is_empty() {
        return Some(Source::One(rules.examples.as_slice().into()));
    }
    let allowed = rules.allowed.iter().filter(|value| rules.keeps(value));
    let allowed: Vec<Vec<u8>> = allowed.cloned().collect();
    (!allowed.is_empty()).then(|| Source::One(allowed.into()))
}
