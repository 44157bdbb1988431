//! Strings and bytes: drawn, then brought to what their rules ask for.

use std::sync::Arc;

use super::template::padded;
use super::{Draw, Numeric, Source, Style, Template, format};
use crate::payload::pattern::Pattern;
use crate::payload::rules::{Format, TextRules};

/// Draws after which a text that breaks a rule is taken as it is: the plan has
/// said by then that the rules leave nothing.
const TRIES: u32 = 16;

/// A string, or bytes.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    pub(crate) source: TextSource,
    /// Rules to keep; an override has none.
    pub(crate) rules: Option<Arc<TextRules>>,
}

#[derive(Clone, Debug)]
pub(crate) enum TextSource {
    Listed(Source<Vec<u8>>),
    /// In decimal.
    Numeric(Numeric),
    Template(Template),
    Style(Style),
    Format(Format),
    Pattern(Arc<Pattern>),
    /// Words of this many bytes, or any bytes.
    Sized {
        size: Size,
        words: bool,
    },
}

/// How many bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Size {
    Between(u64, u64),
    Drawn(Numeric),
}

// === impl Size ===

impl Size {
    fn draw(self, draw: &mut Draw) -> usize {
        let size = match self {
            Size::Between(low, high) => draw.rng.between(low.into(), high.into()),
            Size::Drawn(numeric) => numeric.whole(draw),
        };
        usize::try_from(size.max(0)).unwrap_or(0)
    }
}

// === impl Text ===

impl Text {
    /// The fewest bytes that the rules leave.
    pub(crate) fn least(&self) -> u64 {
        self.rules.as_ref().map_or(0, |rules| rules.least())
    }

    pub(crate) fn write(&self, draw: &mut Draw, out: &mut Vec<u8>) {
        let from = out.len();
        let Some(rules) = &self.rules else {
            self.source.write(draw, out, 0);
            return;
        };
        for attempt in 0..TRIES {
            out.truncate(from);
            self.source.write(draw, out, attempt);
            if self.source.may_be_fitted() {
                fit(rules, draw, out, from);
            }
            if rules.keeps(&out[from..]) {
                return;
            }
        }
    }

    /// Whether what is written keeps the rules, or the rules it breaks.
    pub(crate) fn breaks(&self, draw: &mut Draw) -> Vec<String> {
        let mut out = Vec::new();
        self.write(draw, &mut out);
        self.rules
            .as_ref()
            .map_or_else(Vec::new, |rules| rules.broken(&out))
    }
}

// === impl TextSource ===

impl TextSource {
    fn write(&self, draw: &mut Draw, out: &mut Vec<u8>, attempt: u32) {
        match self {
            TextSource::Listed(source) => out.extend_from_slice(source.draw(draw)),
            TextSource::Numeric(numeric) => {
                let value = numeric.whole(draw);
                padded(out, value, 0);
            }
            TextSource::Template(template) => template.write(draw, out),
            TextSource::Style(style) => style.write(draw, out),
            TextSource::Format(format) => {
                // Short ones, should long ones not have been taken.
                format::write(*format, attempt > TRIES / 2, draw, out);
            }
            TextSource::Pattern(pattern) => pattern.make(&mut draw.rng, out),
            TextSource::Sized { size, words } => {
                let size = size.draw(draw);
                if *words {
                    Style::fill(size, draw, out);
                } else {
                    noise(size, draw, out);
                }
            }
        }
    }

    /// Whether more or less of it is as good.
    fn may_be_fitted(&self) -> bool {
        matches!(self, TextSource::Style(_) | TextSource::Sized { .. })
    }
}

fn noise(size: usize, draw: &mut Draw, out: &mut Vec<u8>) {
    let end = out.len() + size;
    out.reserve(size + 8);
    while out.len() < end {
        out.extend_from_slice(&draw.rng.next().to_le_bytes());
    }
    out.truncate(end);
}

/// Brings what was written since `from` to the rules' ends and length. What is
/// in the middle gives way.
fn fit(rules: &TextRules, draw: &mut Draw, out: &mut Vec<u8>, from: usize) {
    let is_text = rules.name == "string";
    let mut middle = out.split_off(from);
    out.extend_from_slice(&rules.prefix);
    let fixed = |bytes: &[u8]| {
        let chars = std::str::from_utf8(bytes).map_or(bytes.len(), |text| text.chars().count());
        (chars as u64, bytes.len() as u64)
    };
    let parts = [&rules.prefix, &rules.contains, &rules.suffix].map(|part| fixed(part));
    let chars: u64 = parts.iter().map(|part| part.0).sum();
    let bytes: u64 = parts.iter().map(|part| part.1).sum();
    let (min_chars, max_chars) = rules.char_bounds();
    let (min_bytes, max_bytes) = rules.byte_bounds();
    // What the middle may have; in ASCII, as all that is written here is.
    let most = [
        max_chars.map(|max| max.saturating_sub(chars)),
        max_bytes.map(|max| max.saturating_sub(bytes)),
    ];
    let most = most.into_iter().flatten().min();
    let least = min_chars
        .saturating_sub(chars)
        .max(min_bytes.saturating_sub(bytes));
    if let Some(most) = most.and_then(|most| usize::try_from(most).ok()) {
        middle.truncate(most);
    }
    // The plan has refused lengths beyond reason.
    let least = usize::try_from(least).unwrap_or(usize::MAX);
    if middle.len() < least {
        let more = least - middle.len();
        if is_text {
            if !middle.is_empty() {
                middle.push(b' ');
            }
            let more = least.saturating_sub(middle.len());
            Style::fill(more, draw, &mut middle);
        } else {
            noise(more, draw, &mut middle);
        }
    }
    if let Some(no) = rules.not_contains.as_ref().filter(|no| !no.is_empty()) {
        let other = if no[0] == b'x' { b'y' } else { b'x' };
        while let Some(at) = middle.windows(no.len()).position(|window| window == no) {
            middle[at] = other;
        }
    }
    out.extend_from_slice(&middle);
    out.extend_from_slice(&rules.contains);
    out.extend_from_slice(&rules.suffix);
}
