//! Histograms second by second, in the interval log of HdrHistogram.

use std::time::{Duration, UNIX_EPOCH};

use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};

use super::{Report, words};
use crate::record::Histogram;

/// The largest values are named in milliseconds, as the log's readers expect.
const NANOS_PER_MILLI: f64 = 1e6;

/// The report as an interval log: for each point and method what calls took from
/// due, tagged `package.Service/Method`, and from sent, tagged so with `:service`
/// behind. Values are nanoseconds.
pub(super) fn hlog(report: &Report<'_>) -> String {
    let run = report.run;
    let began = UNIX_EPOCH + seconds(run.began);
    let mut out = Vec::new();
    let mut serializer = V2DeflateSerializer::new();
    let mut head = IntervalLogWriterBuilder::new();
    head.add_comment(&format!(
        "load test of {}: {}, {}",
        report.name,
        words::load(&run.plan),
        run.verdict
    ))
    .add_comment("latencies in nanoseconds: from due, and :service from sent");
    if let Some(comparison) = report.comparison() {
        head.add_comment(&format!("compared: {}", comparison.word));
    }
    head.with_start_time(began)
        .with_base_time(began)
        .with_max_value_divisor(NANOS_PER_MILLI);
    // A Vec takes all that is written, and counts fit the format.
    if let Ok(mut log) = head.begin_log_with(&mut out, &mut serializer) {
        for point in &run.series.points {
            let mut write = |histogram: &Histogram, tag: &str| {
                if let Some(values) = histogram.values_in_form() {
                    let (at, length) = (seconds(point.at), seconds(point.length));
                    let _ = log.write_histogram(values, at, length, Tag::new(tag));
                }
            };
            for (info, method) in run.methods.iter().zip(&point.methods) {
                let tag = tag(&info.path);
                write(&method.response(), &tag);
                write(&method.service(), &format!("{tag}:service"));
            }
        }
    }
    String::from_utf8(out).unwrap_or_default()
}

fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

/// A path without what ends a tag.
fn tag(path: &str) -> String {
    let ends = |c: char| c == ',' || c.is_whitespace() || c.is_control();
    path.trim_start_matches('/').replace(ends, "_")
}
