//! Runs in the forms of other programs, read back as those would.

mod canned;
mod fake;

use std::collections::BTreeMap;

use canned::HOSTILE;
use fake::{Behaviour, Load, plan, start};
use hdrhistogram::serialization::Deserializer;
use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};
use scaffold_load::report::{self, Format, Report};
use scaffold_load::{Plan, Verdict, run};

/// Calls by tag, and the largest value of all in the log's own column.
fn counts(log: &str) -> (BTreeMap<String, u64>, f64) {
    use base64::Engine;

    let mut counts = BTreeMap::new();
    let (mut longest, mut last) = (0.0, std::time::Duration::ZERO);
    for entry in IntervalLogIterator::new(log.as_bytes()) {
        let LogEntry::Interval(interval) = entry.expect("a log") else {
            continue;
        };
        assert!(interval.start_timestamp() >= last, "in order");
        last = interval.start_timestamp();
        let tag = interval.tag().expect("a tag").as_str().to_owned();
        let text = interval.encoded_histogram();
        let bytes = base64::engine::general_purpose::STANDARD.decode(text);
        let values: hdrhistogram::Histogram<u64> = Deserializer::new()
            .deserialize(&mut &*bytes.expect("base64"))
            .expect("a histogram");
        if !tag.ends_with(":service") {
            longest = f64::max(longest, interval.max());
        }
        *counts.entry(tag).or_default() += values.len();
    }
    (counts, longest)
}

#[test]
fn an_interval_log_has_every_call() {
    let server = start(Behaviour::default());
    let plan = Plan {
        warmup: Some(std::time::Duration::ZERO),
        ..plan(&server, "Plain=2,Chat=1", 150.0, 2500)
    };
    let run = run(Load::default(), plan).expect("a run");
    let log = Report::new("fake", &run).render(Format::Hlog);
    for head in [
        "#[StartTime: ",
        "#[BaseTime: ",
        "#[MaxValueDivisor: 1000000",
    ] {
        assert!(log.contains(head), "{head} in {log}");
    }
    let (counts, longest) = counts(&log);
    for (at, name) in [(0, "fake.Fake/Plain"), (4, "fake.Fake/Chat")] {
        let record = &run.record.methods[at];
        assert!(record.calls() > 0);
        assert_eq!(counts[name], record.response.len(), "{name}");
        assert_eq!(counts[&format!("{name}:service")], record.service.len());
    }
    assert_eq!(counts.len(), 4, "{counts:?}");
    let millis = run.record.response().max() as f64 / 1e6;
    assert!(
        (longest / millis - 1.0).abs() < 0.01,
        "{longest} is {millis}"
    );
}

#[test]
fn junit_is_well_formed_whatever_the_server_says() {
    let mut run = canned::full(20);
    let base = canned::run(20, 1_000_000.0);
    let read = |run: &scaffold_load::Run| {
        let report = Report::new(HOSTILE, run).against(&base, 0.03);
        report.render(Format::Junit)
    };
    let text = read(&run);
    let xml = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let named = |xml: &roxmltree::Document<'_>, name: &str| {
        let nodes = xml.descendants().filter(|node| node.has_tag_name(name));
        nodes.count()
    };
    let suite = xml.root_element().first_element_child().expect("a suite");
    assert_eq!(suite.attribute("tests"), Some("6"));
    // The verdict and the comparison; the objectives of an invalid run are none.
    assert_eq!((named(&xml, "testcase"), named(&xml, "error")), (6, 2));
    assert_eq!((named(&xml, "skipped"), named(&xml, "failure")), (4, 0));
    let errors = xml.descendants().filter(|node| node.has_tag_name("error"));
    assert!(errors.into_iter().next().is_some_and(|error| {
        error
            .attribute("message")
            .is_some_and(|why| why.contains("</script>"))
    }));

    run.verdict = Verdict::Valid;
    let (base, slower) = (canned::calm(20, 1_000_000.0), canned::calm(20, 1_400_000.0));
    run.series = slower.series;
    run.record = slower.record;
    let text = Report::new(HOSTILE, &run)
        .against(&base, 0.03)
        .render(Format::Junit);
    let xml = roxmltree::Document::parse(&text).expect("XML");
    // One objective was missed; p50, p90 and p99 are worse than the baseline's.
    assert_eq!(named(&xml, "failure"), 4, "{text}");
    assert_eq!(named(&xml, "error"), 0);
    let of_rows = xml.descendants().filter(|node| {
        let name = node.attribute("name").unwrap_or_default();
        name.ends_with("against the baseline")
    });
    assert_eq!(of_rows.count(), 5 + 5 * 3, "all methods together, and each");
}

#[test]
fn markdown_keeps_its_tables() {
    let run = canned::full(20);
    let base = canned::run(20, 1_000_000.0);
    let text = Report::new("orders", &run)
        .against(&base, 0.03)
        .render(Format::Markdown);
    let mut columns = None;
    for line in text.lines() {
        let bars = line.starts_with('|').then(|| line.matches('|').count());
        if let (Some(before), Some(now)) = (columns, bars) {
            assert_eq!(before, now, "{line}");
        }
        columns = bars;
        assert!(
            !line.contains("<script") && !line.contains("<img"),
            "{line}"
        );
    }
    for said in [
        "INVALID",
        "UNAVAILABLE",
        "rtt.p99",
        "not comparable",
        "Orders/GetOrder",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
    let plain = Report::new("orders", &base).render(Format::Markdown);
    assert!(plain.contains("VALID") && !plain.contains("baseline"));
}

#[test]
fn the_summary_tells_of_streams_objectives_server_and_trace() {
    let mut run = canned::full(20);
    run.verdict = Verdict::Valid;
    let text = report::text("orders", &run);
    for said in [
        "stream    Orders/WatchOrders: first message p50",
        "stream    Orders/Negotiate: round trip p50",
        "held      errors<=5%",
        "missed    p99<20 ms",
        "unknown   Orders/Negotiate:rtt.p99",
        "server    process 4711 (orders): CPU 0.95 cores",
        "slowest   Orders/GetOrder 1.96 s",
        "trace 4bf92f3577b34da6a3ce929d0e0e0000",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
}

#[test]
fn an_hour_makes_a_page_of_bounded_size() {
    let mut run = canned::full(1200);
    run.elapsed = std::time::Duration::from_secs(3600);
    for point in &mut run.series.points {
        point.at *= 3.0;
        point.length *= 3.0;
    }
    let base = run.clone();
    let page = Report::new("orders", &run)
        .against(&base, 0.03)
        .render(Format::Html);
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
}

#[test]
fn pages_say_how_the_load_was_made() {
    let mut run = canned::run(10, 1e6);
    let page = |run: &scaffold_load::Run| report::html("orders", run);
    assert!(page(&run).contains("400/s for 10 s, random gaps"));
    run.plan.closed = Some(8);
    let closed = page(&run);
    assert!(
        closed.contains("a closed loop of 8 calls") && !closed.contains("schedule had them due")
    );
    run.plan.closed = None;
    run.plan.stages = scaffold_load::parse_stages("0..2k/s@30s,2k/s@5m")
        .expect("stages")
        .stages()
        .to_vec();
    assert!(page(&run).contains("0/s to 2000/s in 30 s, 2000/s for 5 min"));
}
