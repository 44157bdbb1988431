//! What the server took.

use std::collections::BTreeSet;

use super::chart::{Line, Unit};
use super::over_time::{chart, from_zero};
use super::page::section;
use crate::record::ServerSample;
use crate::report::html::escape;
use crate::report::words;
use crate::run::Run;

/// Metrics beyond so many are left to the JSON.
const METRICS: usize = 12;

pub(super) fn server(run: &Run) -> String {
    let Some(server) = &run.server else {
        return String::new();
    };
    let line = |name: &str, class, read: &dyn Fn(&ServerSample) -> Option<f64>| {
        let samples = server.samples.iter();
        Line::new(name, class, samples.map(|sample| (sample.at, read(sample))))
    };
    let mut charts = String::new();
    let mut add = |title, unit, line: Line| {
        if line.values().next().is_some() {
            let lines = vec![line];
            let y = from_zero(unit, &lines);
            charts.push_str(&chart(run, title, y, lines));
        }
    };
    add(
        "CPU of the server over time",
        Unit::Cores,
        line("CPU, cores", "one", &|sample| sample.cpu).filled(),
    );
    add(
        "memory of the server over time",
        Unit::Bytes,
        line("memory", "two", &|sample| {
            sample.memory.map(|bytes| bytes as f64)
        })
        .filled(),
    );
    let samples = server.samples.iter();
    let names: BTreeSet<&String> = samples.flat_map(|sample| sample.metrics.keys()).collect();
    let more = match names.len().saturating_sub(METRICS) {
        0 => String::new(),
        more => format!("<p class=\"note\">{more} more metrics are in the JSON.</p>"),
    };
    for name in names.into_iter().take(METRICS) {
        add(
            "a metric of the server over time",
            Unit::Number,
            line(name, "one", &|sample| sample.metrics.get(name).copied()),
        );
    }
    let fault = server.fault.as_ref().map_or(String::new(), |fault| {
        format!("<div class=\"alert\">{}</div>", escape(fault))
    });
    section(
        "server",
        "Server",
        &words::server_line(run).unwrap_or_default(),
        &format!("{fault}<div class=\"pair\">{charts}</div>{more}"),
    )
}
