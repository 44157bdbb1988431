//! The run beside its baseline.

use super::header::tone;
use super::page::{card, section};
use super::table::{Cell, Kind, Table};
use crate::report::html::escape;
use crate::report::{Report, words};
use crate::units::percent;

pub(super) fn comparison(report: &Report<'_>) -> String {
    let Some(baseline) = &report.baseline else {
        return String::new();
    };
    let comparison = &baseline.comparison;
    let mut content = format!(
        "<p><b class=\"chip {}\">{}</b></p>",
        tone(comparison.word),
        comparison.word
    );
    if !comparison.why.is_empty() {
        let why = comparison.why.iter();
        let why: String = why.map(|why| format!("<li>{}</li>", escape(why))).collect();
        content.push_str(&format!("<ul>{why}</ul>"));
    }
    let mut table = Table::new([
        ("measure", Kind::Name),
        ("", Kind::Name),
        ("before", Kind::Number),
        ("now", Kind::Number),
        ("change", Kind::Number),
        ("by chance", Kind::Number),
    ]);
    let mut method = None;
    for row in &comparison.rows {
        if row.method != method {
            method.clone_from(&row.method);
            table.heading(words::short(
                row.method.as_deref().unwrap_or("all together"),
            ));
        }
        let word = format!(
            "<span class=\"chip {}\">{}</span>",
            tone(row.word),
            row.word
        );
        table.row([
            row.measure.clone().into(),
            Cell::Markup(word),
            row.show(row.base).into(),
            row.show(row.new).into(),
            row.show_change().into(),
            row.show_chance().into(),
        ]);
    }
    if !table.is_empty() {
        content.push_str(&table.markup());
    }
    let note = format!(
        "Against the run of {}. Differences up to {} are noise; by chance is what the seconds of both runs leave to it.",
        words::date(baseline.run.began),
        percent(comparison.noise)
    );
    section("comparison", "Against the baseline", &note, &card(&content))
}
