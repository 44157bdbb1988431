//! Each method in numbers.

use super::page::{card, section};
use super::table::{Cell, Kind, Table};
use crate::record::{Histogram, MethodRecord};
use crate::report::html::escape;
use crate::report::json::{QUANTILES, label};
use crate::report::words::short;
use crate::run::{MethodInfo, Run};
use crate::units::{bytes, latency, percent};

pub(super) fn methods(run: &Run) -> String {
    let called = || {
        let all = run.methods.iter().zip(&run.record.methods);
        all.filter(|(_, record)| record.calls() > 0 || record.sent > 0)
    };
    let mut content = String::new();
    if called().count() > 1 {
        content.push_str(&card(&overview(called())));
    }
    for (method, record) in called() {
        content.push_str(&card(&format!(
            "<h3>{} <span class=\"dim\">{}</span></h3><p class=\"counts\">{}</p>{}",
            escape(short(&method.path)),
            escape(&method.shape.replace('_', " ")),
            counts(record),
            latencies(record)
        )));
    }
    let idle: Vec<&str> = run
        .methods
        .iter()
        .zip(&run.record.methods)
        .filter(|(_, record)| record.calls() == 0 && record.sent == 0)
        .map(|(method, _)| short(&method.path))
        .collect();
    if !idle.is_empty() {
        content.push_str(&format!(
            "<p class=\"note\">Not called: {}.</p>",
            escape(&idle.join(", "))
        ));
    }
    let note = "Response of all calls, and of those that ended with OK: an error is fast as well. A value in grey has fewer than one call beyond it, and is the largest.";
    section("methods", "Methods", note, &content)
}

fn overview<'a>(called: impl Iterator<Item = (&'a MethodInfo, &'a MethodRecord)>) -> String {
    let columns = [
        "calls",
        "ok",
        "failed",
        "p50",
        "p90",
        "p99",
        "p99.9",
        "max",
        "service p99",
    ];
    let mut table = Table::new(
        std::iter::once(("method", Kind::Name)).chain(columns.map(|name| (name, Kind::Number))),
    );
    for (method, record) in called {
        let all = &record.response;
        let at = |quantile| at(all, quantile);
        table.row([
            short(&method.path).into(),
            record.calls().into(),
            record.response_ok.len().into(),
            record.failed().into(),
            at(0.5),
            at(0.9),
            at(0.99),
            at(0.999),
            latency(all.max()).into(),
            latency(record.service.value_at_quantile(0.99)).into(),
        ]);
    }
    table.markup()
}

/// What was counted, but for what is nothing.
fn counts(record: &MethodRecord) -> String {
    let calls = record.calls();
    let share = |part: u64| percent(part as f64 / calls.max(1) as f64);
    let mut said = vec![format!("<b>{calls}</b> calls")];
    said.push(format!("<b>{}</b> ok", record.response_ok.len()));
    let failed = record.failed();
    if failed > 0 {
        said.push(format!(
            "<b class=\"bad\">{failed}</b> failed ({})",
            share(failed)
        ));
    }
    for (count, what, size) in [
        (record.sent, "sent", record.sent_bytes),
        (record.received, "received", record.received_bytes),
    ] {
        if count > 0 {
            let s = if count == 1 { "" } else { "s" };
            let size = bytes(size as f64);
            said.push(format!("<b>{count}</b> message{s} {what}, {size}"));
        }
    }
    for (count, what) in [
        (record.refused, "invalid requests refused, as is right"),
        (record.verified, "answers verified"),
        (record.deferred, "messages deferred"),
    ] {
        if count > 0 {
            said.push(format!("<b>{count}</b> {what}"));
        }
    }
    said.join(" &middot; ")
}

fn latencies(record: &MethodRecord) -> String {
    let labels: Vec<String> = QUANTILES
        .iter()
        .map(|&q| format!("p{}", label(q)))
        .collect();
    let columns = std::iter::once(("time", Kind::Name))
        .chain([("count", Kind::Number), ("mean", Kind::Number)])
        .chain(labels.iter().map(|label| (&**label, Kind::Number)))
        .chain([("max", Kind::Number)]);
    let mut table = Table::new(columns);
    for (what, histogram) in [
        ("response, all", &record.response),
        ("response, ok", &record.response_ok),
        ("service", &record.service),
        ("wait for a stream", &record.wait),
        ("headers", &record.headers),
        ("first message", &record.first_message),
        ("gap", &record.gap),
        ("round trip", &record.round_trip),
        ("stall", &record.stall),
        ("close", &record.close),
    ] {
        if histogram.is_empty() {
            continue;
        }
        let mut row: Vec<Cell> = vec![
            what.into(),
            histogram.len().into(),
            latency(histogram.mean() as u64).into(),
        ];
        row.extend(QUANTILES.iter().map(|&quantile| at(histogram, quantile)));
        row.push(latency(histogram.max()).into());
        table.row(row);
    }
    table.markup()
}

/// A percentile, in grey where so few values have none.
fn at(histogram: &Histogram, quantile: f64) -> Cell {
    let value = latency(histogram.value_at_quantile(quantile));
    match histogram.len() as f64 * (1.0 - quantile) < 0.999_999 {
        true => Cell::Markup(format!("<span class=\"dim\">{value}</span>")),
        false => value.into(),
    }
}
