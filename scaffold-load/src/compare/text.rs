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
            value(row, row.base),
            value(row, row.new),
            change(row),
            chance(row.chance),
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

fn value(row: &Row, value: f64) -> String {
    match &*row.measure {
        "failed" => units::percent(value),
        "rate" => units::rate(value),
        _ => units::latency(value as u64),
    }
}

fn change(row: &Row) -> String {
    let change = row.change() * 100.0;
    match &*row.measure {
        "failed" => format!("{change:+.2} pp"),
        _ => format!("{change:+.1}%"),
    }
}

fn chance(chance: f64) -> String {
    match chance < 0.0001 {
        true => "<0.01%".to_owned(),
        false => format!("{:.2}%", chance * 100.0),
    }
}
