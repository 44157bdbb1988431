//! The page: its sections, in the order in which one asks.

use super::escape::escape;
use super::script::SCRIPT;
use super::style::STYLE;
use super::{
    comparison, curve, errors, header, methods, objectives, over_time, search, server, settings,
};
use crate::report::Report;
use crate::report::words;

/// The report as an HTML page.
pub(crate) fn page(report: &Report<'_>) -> String {
    let run = report.run;
    let sections = [
        header::header(report),
        header::tiles(run),
        objectives::objectives(run),
        comparison::comparison(report),
        search::search(run),
        over_time::rate(run),
        over_time::latency(report),
        curve::curve(report),
        methods::methods(run),
        over_time::in_flight(run),
        over_time::generator(run),
        server::server(run),
        errors::errors(run),
        errors::slowest(run),
        settings::settings(run),
    ];
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>Load test of {}</title><style>{STYLE}</style></head>\n<body><main>\n{}\n<footer>{}</footer></main>\n<script>{SCRIPT}</script></body></html>\n",
        escape(report.name),
        sections.join("\n"),
        escape(words::meaning(&run.plan)),
    )
}

/// A section of the page; nothing without content.
pub(super) fn section(id: &str, title: &str, note: &str, content: &str) -> String {
    if content.is_empty() {
        return String::new();
    }
    let note = match note {
        "" => String::new(),
        note => format!("<p class=\"note\">{}</p>", escape(note)),
    };
    format!("<section id=\"{id}\"><h2>{title}</h2>{note}{content}</section>")
}

/// A framed part of a section.
pub(super) fn card(content: &str) -> String {
    format!("<div class=\"card\">{content}</div>")
}
