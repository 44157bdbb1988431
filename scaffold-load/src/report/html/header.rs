//! What was done, whether it counts, and the figures that people ask for first.

use std::fmt::Write;

use super::escape::escape;
use crate::compare::Word;
use crate::report::{Report, words};
use crate::run::Run;
use crate::units::{latency, percent, rate, time};

/// The head of the page.
pub(super) fn header(report: &Report<'_>) -> String {
    let run = report.run;
    let mut out = format!(
        "<header><h1>Load test of {}</h1><p class=\"chips\">",
        escape(report.name)
    );
    let _ = write!(out, "<b class=\"chip {v}\">{v}</b>", v = run.verdict);
    let (all, missed) = (run.objectives.len(), run.breaches().count());
    // An invalid run has no objective to hold or miss.
    if run.verdict.is_valid() && all > 0 {
        let (class, said) = match missed {
            0 => ("good", format!("{all} of {all} objectives held")),
            _ => ("bad", format!("{missed} of {all} objectives missed")),
        };
        let _ = write!(out, "<b class=\"chip {class}\">{said}</b>");
    }
    if run.stopped.is_some() {
        out.push_str("<b class=\"chip bad\">stopped</b>");
    }
    if let Some(comparison) = report.comparison() {
        let _ = write!(
            out,
            "<b class=\"chip {}\">{}</b>",
            tone(comparison.word),
            comparison.word
        );
    }
    let _ = write!(
        out,
        "</p><p class=\"lead\">{}</p><dl class=\"facts\">",
        escape(&words::load(&run.plan))
    );
    for (what, value) in [
        ("target", run.plan.target.clone()),
        ("began", words::date(run.began)),
        ("measured", time(run.elapsed.as_secs_f64())),
        (
            "generator",
            format!(
                "{}, {}",
                words::count(run.plan.connections, "connection"),
                words::count(run.plan.workers, "worker")
            ),
        ),
        ("machine", run.machine.to_string()),
    ] {
        let _ = write!(out, "<div><dt>{what}</dt><dd>{}</dd></div>", escape(&value));
    }
    out.push_str("</dl>");
    let findings = words::findings(run);
    if !findings.is_empty() {
        let lines: String = findings
            .iter()
            .map(|line| format!("<li>{}</li>", escape(line)))
            .collect();
        let head = match run.verdict.is_valid() {
            true => "",
            false => "<b>These figures say nothing about the server.</b>",
        };
        let _ = write!(out, "<div class=\"alert\">{head}<ul>{lines}</ul></div>");
    }
    out.push_str("</header>");
    out
}

/// The style of a comparison's word.
pub(super) fn tone(word: Word) -> &'static str {
    match word {
        Word::Improved => "good",
        Word::Regressed | Word::NotComparable => "bad",
        Word::NoChange => "plain",
    }
}

/// The figures in tiles.
pub(super) fn tiles(run: &Run) -> String {
    let seconds = run.elapsed.as_secs_f64().max(1e-3);
    let response = run.record.response();
    let at = |quantile| latency(response.value_at_quantile(quantile));
    let calls = run.record.calls().max(1);
    let closed = run.plan.closed.is_some();
    let mut tiles = Vec::new();
    let mut tile = |what: &str, value, bad| tiles.push((what.to_owned(), value, bad));
    if !closed {
        tile("offered", rate(run.offered as f64 / seconds), false);
    }
    tile("achieved", rate(run.achieved as f64 / seconds), false);
    tile("p50", at(0.5), false);
    tile("p99", at(0.99), false);
    tile("p99.9", at(0.999), false);
    let failed = run.record.failed();
    tile("failed", percent(failed as f64 / calls as f64), failed > 0);
    if !closed {
        tile("dropped", run.dropped.to_string(), run.dropped > 0);
        let lag = run.record.lag.value_at_quantile(0.99);
        tile("lag p99", latency(lag), false);
    }
    let busiest = run.worker_cpu.map_or("unknown".to_owned(), percent);
    tile(
        "busiest worker",
        busiest,
        run.worker_cpu.is_some_and(|cpu| cpu > 0.9),
    );
    for (what, value) in words::server(run) {
        tiles.push((format!("server {what}"), value, false));
    }
    let mut out = String::from("<section id=\"figures\" class=\"tiles\">");
    for (what, value, bad) in tiles {
        let bad = if bad { " class=\"bad\"" } else { "" };
        let _ = write!(
            out,
            "<div class=\"tile\"><span>{what}</span><b{bad}>{value}</b></div>"
        );
    }
    out.push_str("</section>");
    out
}
