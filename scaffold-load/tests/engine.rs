//! The engine against drivers whose behaviour is known: what it says must be
//! what they did.

mod fake;

use std::time::Duration;

use scaffold_load::{Exit, Mix, Plan, run};

use fake::{Behaviour, Fake, target};

fn plan(rate: f64, milliseconds: u64) -> Plan {
    Plan {
        target: target(),
        rate,
        duration: Duration::from_millis(milliseconds),
        connections: 1,
        workers: 1,
        ..Plan::default()
    }
}

#[test]
fn a_stall_shows_in_every_call_that_it_delayed() {
    // One call blocks everything for a second; a closed loop would show one
    // slow call in 500.
    let stall = Behaviour {
        blocks_at: Some((200, Duration::from_secs(1))),
        ..Behaviour::default()
    };
    let run = run(move |_| Fake(stall), plan(250.0, 2000)).expect("a run");
    let record = &run.record.methods[0];
    let p90 = record.response.value_at_quantile(0.90);
    assert!(p90 > 500_000_000, "p90 {p90}");
    let p99 = record.service.value_at_quantile(0.90);
    assert!(p99 < 100_000_000, "service p90 {p99}");
    assert_eq!(run.offered, 500);
    assert_eq!(run.record.completed(), 500, "late, not skipped");
}

#[test]
fn calls_above_the_cap_are_dropped_and_spoil_the_run() {
    let slow = Behaviour {
        takes: Duration::from_millis(400),
        ..Behaviour::default()
    };
    let plan = Plan {
        max_in_flight: Some(10),
        ..plan(200.0, 1000)
    };
    let run = run(move |_| Fake(slow), plan).expect("a run");
    assert!(run.dropped > 100, "{} dropped", run.dropped);
    assert_eq!(run.offered, run.dropped + run.record.completed());
    assert_eq!(run.exit(), Exit::Invalid);
    assert!(run.verdict.reasons()[0].contains("were dropped"));
}

#[test]
fn a_call_without_an_end_counts_with_its_whole_time() {
    let endless = Behaviour {
        takes: Duration::from_secs(3600),
        ..Behaviour::default()
    };
    let plan = Plan {
        drain: Duration::from_millis(100),
        ..plan(50.0, 500)
    };
    let run = run(move |_| Fake(endless), plan).expect("a run");
    assert_eq!(run.record.unfinished(), 25);
    assert!(run.record.methods[0].response.max() > 500_000_000);
    assert_eq!(run.exit(), Exit::Invalid);
}

#[test]
fn failures_are_counted_by_code_and_judged_by_the_proto() {
    let failing = Behaviour {
        fails_every: Some(10),
        ..Behaviour::default()
    };
    let plan = Plan {
        mix: Mix::parse("Promised=1").expect("a mix"),
        ..plan(100.0, 1000)
    };
    let run = run(move |_| Fake(failing), plan).expect("a run");
    let promised = &run.record.methods[1];
    assert_eq!(promised.errors["UNAVAILABLE"].count, 10);
    assert_eq!(promised.errors["UNAVAILABLE"].messages, ["<b>no</b>"]);
    assert_eq!(promised.response_ok.len(), 90);
    assert_eq!(run.record.methods[0].calls(), 0, "not in the mix");
    // 10 % fail; the slo of the spec allows 20 %, the default only 1 %.
    assert!(run.breaches.is_empty(), "{:?}", run.breaches);

    let text = scaffold_load::report::text("fake", &run);
    assert!(text.contains("UNAVAILABLE × 10"), "{text}");
    let html = scaffold_load::report::html("fake", &run);
    assert!(html.contains("&lt;b&gt;no&lt;/b&gt;") && !html.contains("<b>no</b>"));
    for outside in ["http", "src=", "href", "@import", "<script"] {
        assert!(!html.contains(outside), "the page needs {outside}");
    }
}

#[test]
fn a_target_that_is_not_there_is_unreachable() {
    let plan = Plan {
        // Nobody listens on the discard port of loopback.
        target: "127.0.0.1:9".to_owned(),
        ..plan(10.0, 100)
    };
    let fault = run(|_| Fake(Behaviour::default()), plan).expect_err("no run");
    assert_eq!(fault.exit(), Exit::Unreachable, "{fault}");
}
