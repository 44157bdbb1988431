//! The report for comments and summaries of CI.

use std::fmt::Write;

use super::{Report, words};
use crate::compare::{Comparison, Word};
use crate::run::Run;
use crate::units::{latency, rate};

/// Errors beyond so many are left to the other reports.
const ERRORS: usize = 20;
/// A message's first characters are enough here.
const MESSAGE: usize = 120;

/// The report as Markdown of GitHub's kind.
pub(super) fn markdown(report: &Report<'_>) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write_all(&mut out, report);
    out
}

fn write_all(out: &mut String, report: &Report<'_>) -> std::fmt::Result {
    let run = report.run;
    let sign = match (run.verdict.is_valid(), run.breaches().next()) {
        (false, _) => "⛔",
        (true, Some(_)) => "❌",
        (true, None) => "✅",
    };
    writeln!(
        out,
        "### {sign} Load test of {}: {}\n",
        plain(report.name),
        run.verdict
    )?;
    for finding in words::findings(run) {
        writeln!(out, "* **{}**", plain(&finding))?;
    }
    if !words::findings(run).is_empty() {
        out.push('\n');
    }
    let seconds = run.elapsed.as_secs_f64().max(1e-3);
    let achieved = rate(run.achieved as f64 / seconds);
    let (load, date) = (words::load(&run.plan), words::date(run.began));
    writeln!(
        out,
        "{load}, at `{}`, {date}. Achieved {achieved}, {} dropped, {} failed.",
        code(&run.plan.target),
        run.dropped,
        run.record.failed()
    )?;
    if let Some(server) = words::server_line(run) {
        writeln!(out, "\nThe server took, as told by {}.", plain(&server))?;
    }
    objectives(out, run)?;
    methods(out, run)?;
    errors(out, run)?;
    report
        .comparison()
        .map_or(Ok(()), |comparison| compared(out, comparison))
}

fn objectives(out: &mut String, run: &Run) -> std::fmt::Result {
    if run.objectives.is_empty() {
        return Ok(());
    }
    if !run.verdict.is_valid() {
        out.push_str("\nThe measurement is invalid: none of this holds of the server.\n");
    }
    out.push_str("\n| objective | measured | | asked by |\n|---|---:|---|---|\n");
    for judged in &run.objectives {
        let objective = &judged.objective;
        let measured = judged
            .measured
            .map_or("–".to_owned(), |measured| objective.show(measured));
        let word = match (judged.measured, judged.passed) {
            (None, _) => "not measured",
            (_, true) => "held",
            (_, false) => "**missed**",
        };
        let (asked, source) = (plain(&objective.to_string()), plain(&objective.source));
        writeln!(out, "| {asked} | {measured} | {word} | {source} |")?;
    }
    Ok(())
}

fn methods(out: &mut String, run: &Run) -> std::fmt::Result {
    out.push_str("\n| method | calls | failed | p50 | p90 | p99 | p99.9 | max | service p99 |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (method, record) in run.methods.iter().zip(&run.record.methods) {
        if record.calls() == 0 {
            continue;
        }
        let all = &record.response;
        write!(
            out,
            "| {} | {} | {} |",
            plain(words::short(&method.path)),
            record.calls(),
            record.failed()
        )?;
        for quantile in [0.5, 0.9, 0.99, 0.999] {
            write!(out, " {} |", latency(all.value_at_quantile(quantile)))?;
        }
        let service = latency(record.service.value_at_quantile(0.99));
        writeln!(out, " {} | {service} |", latency(all.max()))?;
    }
    Ok(())
}

fn errors(out: &mut String, run: &Run) -> std::fmt::Result {
    let all = run.methods.iter().zip(&run.record.methods);
    let all =
        all.flat_map(|(method, record)| record.errors.iter().map(move |error| (method, error)));
    let all: Vec<_> = all.collect();
    if all.is_empty() {
        return Ok(());
    }
    out.push_str("\n| method | error | count | first message |\n|---|---|---:|---|\n");
    for (method, (kind, error)) in all.iter().take(ERRORS) {
        let message = error.messages.first().map_or("", String::as_str);
        let message: String = message.chars().take(MESSAGE).collect();
        let (method, kind) = (plain(words::short(&method.path)), plain(kind));
        writeln!(
            out,
            "| {method} | {kind} | {} | {} |",
            error.count,
            plain(&message)
        )?;
    }
    match all.len().saturating_sub(ERRORS) {
        0 => Ok(()),
        more => writeln!(out, "\nAnd {more} kinds more."),
    }
}

fn compared(out: &mut String, comparison: &Comparison) -> std::fmt::Result {
    writeln!(out, "\n**Against the baseline: {}**\n", comparison.word)?;
    for why in &comparison.why {
        writeln!(out, "* {}", plain(why))?;
    }
    if comparison.rows.is_empty() {
        return Ok(());
    }
    out.push_str("| method | measure | before | now | change | by chance | |\n|---|---|---:|---:|---:|---:|---|\n");
    for row in &comparison.rows {
        let method = row.method.as_deref().map_or("all together", words::short);
        let word = match row.word {
            Word::Regressed => "**regressed**".to_owned(),
            word => word.to_string(),
        };
        writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {word} |",
            plain(method),
            row.measure,
            row.show(row.base),
            row.show(row.new),
            row.show_change(),
            row.show_chance()
        )?;
    }
    Ok(())
}

/// A text as it stands in a table's cell: none of it is markup.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            // `@name` and `#1` would call people and issues.
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            // A backslash before `|` is not enough behind another one.
            '|' => out.push_str("&#124;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() || c.is_whitespace() => out.push(' '),
            c => out.push(c),
        }
    }
    // A bare address becomes a link.
    out.replace("://", ":&#47;/").replace("www.", "www&#46;")
}

/// A text between backticks.
fn code(text: &str) -> String {
    text.replace(|c: char| c == '`' || c == '|' || c.is_control(), " ")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn texts_of_others_stay_in_their_cell() {
        let hostile = "a|b\n`c` <img src=x> [d](http://e) \\| @me ![f](g)";
        let said = plain(hostile);
        assert!(!said.contains(['\n', '<', '>', '|', '@']), "{said}");
        assert!(
            !said.contains("http://") && said.contains("\\`c\\`"),
            "{said}"
        );
    }
}
