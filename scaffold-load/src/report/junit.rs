//! Objectives as test cases, for what reads JUnit's XML.

use std::fmt::Write;

use super::html::escape;
use super::{Report, words};
use crate::compare::Word;

/// How a case went.
enum Outcome {
    Passed,
    Skipped(String),
    /// What was measured is not as it should be.
    Failed(String),
    /// Nothing was measured that counts.
    Error(String),
}

struct Case {
    class: String,
    name: String,
    outcome: Outcome,
}

/// The report as JUnit's XML: the verdict, each objective, and each measure that
/// was compared.
pub(super) fn junit(report: &Report<'_>) -> String {
    let mut cases = vec![verdict(report)];
    cases.extend(objectives(report));
    cases.extend(compared(report));
    let count = |of: fn(&Outcome) -> bool| cases.iter().filter(|case| of(&case.outcome)).count();
    let time = report.run.elapsed.as_secs_f64();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let counts = format!(
        "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{time:.3}\"",
        cases.len(),
        count(|outcome| matches!(outcome, Outcome::Failed(_))),
        count(|outcome| matches!(outcome, Outcome::Error(_))),
        count(|outcome| matches!(outcome, Outcome::Skipped(_))),
    );
    let name = attribute(&format!("load test of {}", report.name));
    let date = words::date(report.run.began);
    let timestamp = date.trim_end_matches(" UTC").replace(' ', "T");
    // Writing to a String does not fail.
    let _ = writeln!(out, "<testsuites {counts}>");
    let _ = writeln!(
        out,
        "  <testsuite name=\"{name}\" timestamp=\"{timestamp}\" {counts}>"
    );
    for case in &cases {
        let (class, name) = (attribute(&case.class), attribute(&case.name));
        let _ = write!(out, "    <testcase classname=\"{class}\" name=\"{name}\"");
        let (element, why) = match &case.outcome {
            Outcome::Passed => {
                out.push_str("/>\n");
                continue;
            }
            Outcome::Skipped(why) => ("skipped", why),
            Outcome::Failed(why) => ("failure", why),
            Outcome::Error(why) => ("error", why),
        };
        let why = attribute(why);
        let _ = writeln!(out, "><{element} message=\"{why}\"/></testcase>");
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

fn verdict(report: &Report<'_>) -> Case {
    let run = report.run;
    let mut why = run.verdict.reasons().to_vec();
    why.extend(run.stopped.iter().map(ToString::to_string));
    let outcome = match why.is_empty() {
        true => Outcome::Passed,
        false => Outcome::Error(why.join("; ")),
    };
    Case {
        class: report.name.to_owned(),
        name: "the measurement is valid".to_owned(),
        outcome,
    }
}

fn objectives(report: &Report<'_>) -> Vec<Case> {
    let run = report.run;
    let case = |judged: &crate::Judged| {
        let objective = &judged.objective;
        let outcome = match (judged.measured, judged.passed) {
            (None, _) => Outcome::Skipped("nothing was measured of it".to_owned()),
            // An invalid run has no objective to hold or miss.
            _ if !run.verdict.is_valid() => {
                Outcome::Skipped("the measurement is invalid".to_owned())
            }
            (_, true) => Outcome::Passed,
            (_, false) => Outcome::Failed(judged.to_string()),
        };
        Case {
            class: objective
                .method
                .clone()
                .unwrap_or_else(|| report.name.to_owned()),
            name: format!("{objective} ({})", objective.source),
            outcome,
        }
    };
    run.objectives.iter().map(case).collect()
}

fn compared(report: &Report<'_>) -> Vec<Case> {
    let Some(comparison) = report.comparison() else {
        return Vec::new();
    };
    if comparison.word == Word::NotComparable {
        return vec![Case {
            class: report.name.to_owned(),
            name: "against the baseline".to_owned(),
            outcome: Outcome::Error(format!("not comparable: {}", comparison.why.join("; "))),
        }];
    }
    let rows = comparison.rows.iter().map(|row| {
        let outcome = match row.word {
            Word::Regressed => Outcome::Failed(format!(
                "{} before, {} now: {}, {} by chance",
                row.show(row.base),
                row.show(row.new),
                row.show_change(),
                row.show_chance()
            )),
            _ => Outcome::Passed,
        };
        let method = row
            .method
            .as_deref()
            .map(|path| path.trim_start_matches('/'));
        Case {
            class: method.unwrap_or(report.name).to_owned(),
            name: format!("{} against the baseline", row.measure),
            outcome,
        }
    });
    rows.collect()
}

/// A text within the quotes of an attribute. XML has no form at all for most
/// control characters.
fn attribute(text: &str) -> String {
    let plain = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => '\u{fffd}',
        c => c,
    };
    escape(&text.chars().map(plain).collect::<String>())
}
