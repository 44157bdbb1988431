//! The rates that were tried, and the one that was found.

use super::page::{card, section};
use super::table::{Cell, Kind, Table};
use crate::report::html::escape;
use crate::run::Run;
use crate::units::{latency, percent, rate, time};

pub(super) fn search(run: &Run) -> String {
    let Some(search) = &run.search else {
        return String::new();
    };
    let found = match (search.found, search.open_end) {
        (None, _) => "No rate held the objectives.".to_owned(),
        (Some(found), false) => format!("{} is the highest rate that held.", rate(found)),
        (Some(found), true) => format!(
            "{} held, and the search was to go no further: the highest may be above it.",
            rate(found)
        ),
    };
    let mut table = Table::new([
        ("rate", Kind::Number),
        ("result", Kind::Name),
        ("for", Kind::Number),
        ("p50", Kind::Number),
        ("p99", Kind::Number),
        ("failed", Kind::Number),
        ("worker", Kind::Number),
    ]);
    for probe in &search.probes {
        let result = match (probe.passed, probe.confirms) {
            (true, false) => "<span class=\"chip plain\">holds</span>",
            (true, true) => "<span class=\"chip good\">confirmed</span>",
            (false, _) => "<span class=\"chip bad\">does not</span>",
        };
        table.row([
            rate(probe.rate).into(),
            Cell::Markup(result.to_owned()),
            time(probe.seconds).into(),
            latency(probe.p50).into(),
            latency(probe.p99).into(),
            percent(probe.errors).into(),
            probe.worker_cpu.map_or("–".to_owned(), percent).into(),
        ]);
        if !probe.why.is_empty() {
            table.below(&escape(&probe.why.join("; ")));
        }
    }
    let content = format!("<p><b>{}</b></p>{}", escape(&found), table.markup());
    section(
        "search",
        "Search",
        "The rate was doubled until it did not hold, halved in between, and confirmed; the rest of this page is of the last run.",
        &card(&content),
    )
}
