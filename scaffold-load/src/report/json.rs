//! The report for programs. Latencies are nanoseconds; the schema has a number.

use std::fmt::Write;
use std::time::UNIX_EPOCH;

use hdrhistogram::Histogram;

use crate::record::{MethodRecord, Second};
use crate::run::Run;

/// The quantiles of every latency table.
pub(crate) const QUANTILES: [f64; 7] = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999];

/// The report as JSON.
pub fn json(name: &str, run: &Run) -> String {
    let mut out = String::new();
    let began = run
        .began
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let list = |items: Vec<String>| format!("[{}]", items.join(","));
    let _ = write!(
        out,
        "{{\"schema\":1,\"name\":{},\"target\":{},\"began_unix\":{began},\"elapsed_seconds\":{},\"verdict\":{},\"reasons\":{},\"interrupted\":{}",
        string(name),
        string(&run.plan.target),
        run.elapsed.as_secs_f64(),
        string(&run.verdict.to_string()),
        list(
            run.verdict
                .reasons()
                .iter()
                .map(|why| string(why))
                .collect()
        ),
        run.interrupted,
    );
    let _ = write!(
        out,
        ",\"plan\":{{\"rate\":{},\"duration_seconds\":{},\"connections\":{},\"workers\":{},\"max_in_flight\":{},\"max_errors\":{}}}",
        run.plan.rate,
        run.plan.duration.as_secs_f64(),
        run.plan.connections,
        run.plan.workers,
        run.plan.cap(),
        run.plan.max_errors,
    );
    let _ = write!(
        out,
        ",\"offered\":{},\"achieved\":{},\"completed\":{},\"dropped\":{},\"unfinished\":{},\"failed\":{},\"lag\":{},\"worker_cpu\":{}",
        run.offered,
        run.achieved,
        run.record.completed(),
        run.dropped,
        run.record.unfinished(),
        run.record.failed(),
        latencies(&run.record.lag),
        run.worker_cpu
            .map_or("null".to_owned(), |cpu| cpu.to_string()),
    );
    let methods = run.specs.iter().zip(&run.record.methods);
    let _ = write!(
        out,
        ",\"methods\":{},\"breaches\":{},\"seconds\":{}}}",
        list(
            methods
                .map(|(spec, record)| method(spec.path, record))
                .collect()
        ),
        list(
            run.breaches
                .iter()
                .map(|b| format!(
                    "{{\"method\":{},\"what\":{}}}",
                    string(b.method),
                    string(&b.what)
                ))
                .collect()
        ),
        list(run.seconds.iter().map(second).collect()),
    );
    out.push('\n');
    out
}

fn method(path: &str, record: &MethodRecord) -> String {
    let errors: Vec<String> = record
        .errors
        .iter()
        .map(|(code, error)| {
            let messages: Vec<String> = error.messages.iter().map(|m| string(m)).collect();
            format!(
                "{{\"code\":{},\"count\":{},\"messages\":[{}]}}",
                string(code),
                error.count,
                messages.join(",")
            )
        })
        .collect();
    format!(
        "{{\"path\":{},\"calls\":{},\"ok\":{},\"sent\":{},\"received\":{},\"response\":{},\"response_ok\":{},\"service\":{},\"first_message\":{},\"errors\":[{}]}}",
        string(path),
        record.calls(),
        record.response_ok.len(),
        record.sent,
        record.received,
        latencies(&record.response),
        latencies(&record.response_ok),
        latencies(&record.service),
        latencies(&record.first_message),
        errors.join(",")
    )
}

fn second(second: &Second) -> String {
    format!(
        "{{\"at\":{},\"length\":{},\"offered\":{},\"completed\":{},\"failed\":{},\"dropped\":{},\"in_flight\":{},\"p50\":{},\"p99\":{},\"max\":{}}}",
        second.at.as_secs_f64(),
        second.length.as_secs_f64(),
        second.offered,
        second.completed,
        second.failed,
        second.dropped,
        second.in_flight,
        second.p50,
        second.p99,
        second.max
    )
}

fn latencies(histogram: &Histogram<u64>) -> String {
    let mut out = format!(
        "{{\"count\":{},\"mean\":{},\"max\":{}",
        histogram.len(),
        // An empty histogram has no mean; JSON has no NaN.
        if histogram.is_empty() {
            0.0
        } else {
            histogram.mean()
        },
        histogram.max()
    );
    for quantile in QUANTILES {
        let _ = write!(
            out,
            ",\"p{}\":{}",
            label(quantile),
            histogram.value_at_quantile(quantile)
        );
    }
    out.push('}');
    out
}

/// `99.9` of `0.999`, without the digits that binary adds.
pub(crate) fn label(quantile: f64) -> String {
    let text = format!("{:.3}", quantile * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_escaped() {
        assert_eq!(string("a\"b\\c\nd"), r#""a\"b\\c\u000ad""#);
    }

    #[test]
    fn labels_have_no_noise() {
        let labels: Vec<String> = QUANTILES.iter().map(|&q| label(q)).collect();
        assert_eq!(labels, ["50", "75", "90", "95", "99", "99.9", "99.99"]);
    }
}
