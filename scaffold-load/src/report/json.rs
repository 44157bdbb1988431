//! The report for programs: the run as it is, and beside it the numbers that
//! people look for, so that nobody has to unpack a histogram for a percentile.

use serde::{Deserialize, Serialize};

use super::Report;
use crate::compare::Comparison;
use crate::plan::Fault;
use crate::record::Histogram;
use crate::run::{Run, SCHEMA};

/// The quantiles of every latency table.
pub(crate) const QUANTILES: [f64; 7] = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999];

/// A saved run.
#[derive(Serialize)]
struct Saved<'a> {
    /// The number of the form, first, for those who are to know it first.
    schema: u32,
    name: &'a str,
    summary: Vec<Summary<'a>>,
    lateness: Lateness,
    #[serde(skip_serializing_if = "Option::is_none")]
    comparison: Option<&'a Comparison>,
    run: &'a Run,
}

/// The same, read back: a comparison is made anew.
#[derive(Deserialize)]
struct Read {
    name: String,
    run: Run,
}

/// One method in numbers; latencies are nanoseconds. What has no value is left out.
#[derive(Serialize)]
struct Summary<'a> {
    method: &'a str,
    calls: u64,
    ok: u64,
    failed: u64,
    sent: u64,
    received: u64,
    response: Latencies,
    response_ok: Latencies,
    service: Latencies,
    #[serde(skip_serializing_if = "Option::is_none")]
    wait: Option<Latencies>,
    #[serde(skip_serializing_if = "Option::is_none")]
    headers: Option<Latencies>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_message: Option<Latencies>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gap: Option<Latencies>,
    #[serde(skip_serializing_if = "Option::is_none")]
    round_trip: Option<Latencies>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stall: Option<Latencies>,
    #[serde(skip_serializing_if = "Option::is_none")]
    close: Option<Latencies>,
}

/// What the generator itself was late.
#[derive(Serialize)]
struct Lateness {
    lag: Latencies,
    pacing: Latencies,
}

#[derive(Serialize)]
struct Latencies {
    count: u64,
    mean: f64,
    min: u64,
    max: u64,
    quantiles: Vec<(f64, u64)>,
}

/// The report as JSON.
pub(super) fn saved(report: &Report<'_>) -> String {
    let run = report.run;
    let methods = run.methods.iter().zip(&run.record.methods);
    let some = |histogram: &Histogram| (!histogram.is_empty()).then(|| Latencies::of(histogram));
    let summary = methods.map(|(method, record)| Summary {
        method: &method.path,
        calls: record.calls(),
        ok: record.response_ok.len(),
        failed: record.failed(),
        sent: record.sent,
        received: record.received,
        response: Latencies::of(&record.response),
        response_ok: Latencies::of(&record.response_ok),
        service: Latencies::of(&record.service),
        wait: some(&record.wait),
        headers: some(&record.headers),
        first_message: some(&record.first_message),
        gap: some(&record.gap),
        round_trip: some(&record.round_trip),
        stall: some(&record.stall),
        close: some(&record.close),
    });
    let saved = Saved {
        schema: SCHEMA,
        name: report.name,
        summary: summary.collect(),
        lateness: Lateness {
            lag: Latencies::of(&run.record.lag),
            pacing: Latencies::of(&run.record.pacing),
        },
        comparison: report.comparison(),
        run,
    };
    // Strings, numbers and lists: nothing in it can fail.
    serde_json::to_string(&saved).unwrap_or_default()
}

/// Reads a saved run: its name, and the run.
///
/// # Errors
///
/// What is wrong with the text: it is no saved run, or one of another form.
pub fn read_json(text: &str) -> Result<(String, Run), Fault> {
    let wrong = |why: String| Fault::usage(format!("not a saved run: {why}"));
    let value: serde_json::Value =
        serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
    // Beside the run, or in it alone where an older program wrote it.
    let schema = [&value["schema"], &value["run"]["schema"]];
    match schema.into_iter().find_map(serde_json::Value::as_u64) {
        Some(schema) if schema == u64::from(SCHEMA) => {}
        Some(schema) => {
            return Err(wrong(format!(
                "its form has the number {schema}, this program reads {SCHEMA}"
            )));
        }
        None => return Err(wrong("it has no number of its form".to_owned())),
    }
    let read: Read = serde_json::from_value(value).map_err(|error| wrong(error.to_string()))?;
    Ok((read.name, read.run))
}

/// `99.9` of `0.999`, without the digits that binary adds.
pub(crate) fn label(quantile: f64) -> String {
    let text = format!("{:.3}", quantile * 100.0);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

// === impl Latencies ===

impl Latencies {
    fn of(histogram: &Histogram) -> Self {
        let at = |quantile| (quantile, histogram.value_at_quantile(quantile));
        Self {
            count: histogram.len(),
            mean: histogram.mean(),
            min: histogram.min(),
            max: histogram.max(),
            quantiles: QUANTILES.into_iter().map(at).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_have_no_noise() {
        let labels: Vec<String> = QUANTILES.iter().map(|&q| label(q)).collect();
        assert_eq!(labels, ["50", "75", "90", "95", "99", "99.9", "99.99"]);
    }
}
