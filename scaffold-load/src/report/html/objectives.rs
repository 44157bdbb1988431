//! What was asked of the service, and how it went.

use super::page::{card, section};
use super::table::{Cell, Kind, Table};
use crate::run::Run;

pub(super) fn objectives(run: &Run) -> String {
    let mut table = Table::new([
        // First, so that a phone shows it.
        ("result", Kind::Name),
        ("method", Kind::Name),
        ("measure", Kind::Name),
        ("limit", Kind::Number),
        ("measured", Kind::Number),
        ("asked by", Kind::Name),
    ]);
    for judged in &run.objectives {
        let objective = &judged.objective;
        let measured = judged.measured.map(|measured| objective.show(measured));
        let result = match (judged.measured, judged.passed) {
            (None, _) => "<span class=\"dim\">not measured</span>",
            (_, true) => "<span class=\"chip good\">held</span>",
            (_, false) => "<span class=\"chip bad\">missed</span>",
        };
        let limit = format!("{} {}", objective.bound, objective.show(objective.limit));
        table.row([
            Cell::Markup(result.to_owned()),
            objective.method.as_deref().unwrap_or("all together").into(),
            objective.measure.to_string().into(),
            limit.into(),
            measured.unwrap_or_else(|| "–".to_owned()).into(),
            objective.source.clone().into(),
        ]);
    }
    if table.is_empty() {
        return String::new();
    }
    let note = match run.verdict.is_valid() {
        true => "",
        false => "The measurement is invalid: none of this holds of the server.",
    };
    section("objectives", "Objectives", note, &card(&table.markup()))
}
