//! What went wrong, and what took longest.

use super::page::{card, section};
use super::table::{Cell, Kind, Table};
use crate::report::html::escape;
use crate::report::words::short;
use crate::run::Run;
use crate::units::{latency, percent};

pub(super) fn errors(run: &Run) -> String {
    let mut table = Table::new([
        ("method", Kind::Name),
        ("code", Kind::Name),
        ("count", Kind::Number),
        ("of its calls", Kind::Number),
    ]);
    for (method, record) in run.methods.iter().zip(&run.record.methods) {
        for (code, error) in &record.errors {
            let messages = error.messages.iter();
            let messages: Vec<String> = messages
                .map(|message| format!("<code>{}</code>", escape(message)))
                .collect();
            table.row([
                short(&method.path).into(),
                code.as_str().into(),
                error.count.into(),
                percent(error.count as f64 / record.calls().max(1) as f64).into(),
            ]);
            if !messages.is_empty() {
                table.below(&messages.join("<br>"));
            }
        }
    }
    let content = match table.is_empty() {
        true => "<p>No call failed.</p>".to_owned(),
        false => table.markup(),
    };
    let note = match run.record.failed() {
        0 => "",
        _ => "By method and code, with the first messages that differ.",
    };
    section("errors", "Errors", note, &card(&content))
}

pub(super) fn slowest(run: &Run) -> String {
    let calls = &run.record.slowest;
    let traced = calls.iter().any(|call| call.trace.is_some());
    let mut columns = vec![
        ("", Kind::Number),
        ("method", Kind::Name),
        ("due at", Kind::Number),
        ("response", Kind::Number),
        ("before sent", Kind::Number),
        ("service", Kind::Number),
        ("outcome", Kind::Name),
    ];
    if traced {
        columns.push(("trace", Kind::Name));
    }
    let mut table = Table::new(columns);
    for (number, call) in calls.iter().enumerate() {
        let method = run.methods.get(call.method);
        let before = call.response.saturating_sub(call.service);
        let mut row: Vec<Cell> = vec![
            (number as u64 + 1).into(),
            method.map_or("", |method| short(&method.path)).into(),
            format!("{:.3} s", call.due as f64 / 1e9).into(),
            latency(call.response).into(),
            latency(before).into(),
            latency(call.service).into(),
            call.outcome.as_str().into(),
        ];
        if traced {
            let trace = call.trace.as_deref().unwrap_or_default();
            row.push(Cell::Markup(format!("<code>{}</code>", escape(trace))));
        }
        table.row(row);
    }
    if table.is_empty() {
        return String::new();
    }
    section("slowest", "Slowest calls", "", &card(&table.markup()))
}
