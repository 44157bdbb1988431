//! A comparison for people.

use std::fmt::Write;

use super::{Comparison, Row, Word};
use crate::units;

/// The comparison as lines of text.
pub(crate) fn text(comparison: &Comparison) -> String {
    let mut out = format!("compared: {}\n", comparison.word);
    for why in &comparison.why {
        let _ = writeln!(out, "  {why}");
    }
    if !comparison.rows.is_empty() {
        let _ = writeln!(
            out,
            "  {:<10} {:>10} {:>10} {:>9} {:>9}",
            "", "before", "now", "change", "chance"
        );
    }
    let mut method = None;
    for row in &comparison.rows {
        if row.method != method {
            method.clone_from(&row.method);
            let _ = writeln!(out, "  {}", row.method.as_deref().unwrap_or_default());
        }
        let word = match row.word {
            Word::NoChange => String::new(),
            word => format!("  {word}"),
        };
        let line = format!(
            "  {:<10} {:>10} {:>10} {:>9} {:>9}{word}",
            row.measure,
            row.show(row.base),
            row.show(row.new),
            row.show_change(),
            row.show_chance(),
        );
        let _ = writeln!(out, "{}", line.trim_end());
    }
    if !comparison.rows.is_empty() {
        let _ = writeln!(
            out,
            "  differences up to {} are noise; chance is what the seconds of both runs leave to it",
            units::percent(comparison.noise)
        );
    }
    out
}

// === impl Row ===

impl Row {
    /// A value of its measure, with its unit.
    pub(crate) fn show(&self, value: f64) -> String {
        match &*self.measure {
            "failed" => units::percent(value),
            "rate" => units::rate(value),
            _ => units::latency(value as u64),
        }
    }

    /// The difference, with its sign.
    pub(crate) fn show_change(&self) -> String {
        let change = self.change() * 100.0;
        match &*self.measure {
            "failed" => format!("{change:+.2} pp"),
            _ => format!("{change:+.1}%"),
        }
    }

    /// How probable it is by chance.
    pub(crate) fn show_chance(&self) -> String {
        match self.chance < 0.0001 {
            true => "<0.01%".to_owned(),
            false => format!("{:.2}%", self.chance * 100.0),
        }
    }
}
