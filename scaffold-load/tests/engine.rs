//! The engine against a server whose behaviour is known: what it says must be
//! what the server did.

mod fake;

use std::sync::atomic::Ordering;
use std::time::Duration;

use fake::{Behaviour, Load, plan, start};
use scaffold_load::{Exit, Plan, Shard, report, run};

#[test]
fn a_stall_shows_in_every_call_that_it_delayed() {
    // The server sleeps for two seconds in the middle of six. A closed loop
    // would show one slow call for each connection.
    let server = start(Behaviour {
        blocks_at: Some((400, Duration::from_secs(2))),
        ..Behaviour::default()
    });
    let run = run(Load::default(), plan(&server, "Plain", 200.0, 6000)).expect("a run");
    let record = &run.record.methods[0];
    let p99 = record.response.value_at_quantile(0.99);
    assert!(p99 > 1_500_000_000, "p99 {p99}");
    let p50 = record.service.value_at_quantile(0.5);
    assert!(p50 < 500_000_000, "service p50 {p50}");
    assert_eq!(run.offered, 1200);
    assert_eq!(run.record.completed(), 1200, "late, not skipped");
    let slowest = &run.record.slowest[0];
    assert_eq!(run.record.slowest.len(), 20);
    assert!(
        slowest.response >= p99 && slowest.due >= 1_500_000_000,
        "{slowest:?}"
    );
    let points = &run.series.points;
    let worst = points.iter().max_by_key(|point| point.max).expect("points");
    assert!((3.0..=5.0).contains(&worst.at), "{worst:?}");
    assert_eq!(
        points.iter().map(|point| point.completed).sum::<u64>(),
        1200
    );
    assert_eq!(points.iter().map(|point| point.offered).sum::<u64>(), 1200);
}

#[test]
fn calls_above_the_cap_are_dropped_and_spoil_the_run() {
    let server = start(Behaviour {
        takes: Duration::from_millis(400),
        ..Behaviour::default()
    });
    let plan = Plan {
        max_in_flight: Some(10),
        ..plan(&server, "Plain", 200.0, 1000)
    };
    let run = run(Load::default(), plan).expect("a run");
    assert!(run.dropped > 100, "{} dropped", run.dropped);
    assert_eq!(run.offered, run.dropped + run.record.completed());
    assert_eq!(run.exit(), Exit::Invalid);
    assert!(run.verdict.reasons()[0].contains("were dropped"));
}

#[test]
fn calls_that_pile_up_are_told_from_calls_that_take_long() {
    // Half a second each, and no limit: as many as that explains are under way.
    let slow = start(Behaviour {
        takes: Duration::from_millis(500),
        ..Behaviour::default()
    });
    let fine = run(Load::default(), plan(&slow, "Plain", 100.0, 3000)).expect("a run");
    assert_eq!(fine.record.completed(), 300);
    assert!(
        fine.achieved >= 290,
        "{} of {}",
        fine.achieved,
        fine.offered
    );
    // The same with 10 streams: it holds 20 calls a second, not 100.
    let narrow = start(Behaviour {
        takes: Duration::from_millis(500),
        max_streams: Some(10),
        ..Behaviour::default()
    });
    let piled = run(Load::default(), plan(&narrow, "Plain", 100.0, 3000)).expect("a run");
    assert_eq!(piled.exit(), Exit::Invalid, "{:?}", piled.verdict);
    let record = &piled.record.methods[0];
    assert!(
        record.wait.len() > 100,
        "they waited for a stream: {:?}",
        record.wait
    );
    let service = record.service.value_at_quantile(0.5);
    assert!(service < 1_500_000_000, "waiting is no service: {service}");
}

#[test]
fn a_call_without_an_end_counts_with_its_whole_time() {
    let server = start(Behaviour {
        takes: Duration::from_secs(3600),
        ..Behaviour::default()
    });
    let plan = Plan {
        drain: Duration::from_millis(100),
        ..plan(&server, "Plain", 50.0, 500)
    };
    let run = run(Load::default(), plan).expect("a run");
    assert_eq!(run.record.unfinished(), 25);
    assert!(run.record.methods[0].response.max() > 500_000_000);
    assert_eq!(run.exit(), Exit::Invalid);
}

#[test]
fn failures_are_counted_by_code_and_judged_by_the_proto() {
    let server = start(Behaviour {
        fails_every: Some(10),
        ..Behaviour::default()
    });
    let run = run(Load::default(), plan(&server, "Promised", 100.0, 1000)).expect("a run");
    let promised = &run.record.methods[1];
    assert_eq!(promised.errors["UNAVAILABLE"].count, 10);
    assert_eq!(promised.errors["UNAVAILABLE"].messages, ["<b>no</b>"]);
    assert_eq!(promised.response_ok.len(), 90);
    assert_eq!(promised.response.len(), 100);
    assert_eq!(run.record.methods[0].calls(), 0, "not in the mix");
    // 10 % fail; the slo of the spec allows 20 %, the default only 1 %.
    assert_eq!(run.breaches().count(), 0, "{:?}", run.objectives);

    let text = report::text("fake", &run);
    assert!(text.contains("UNAVAILABLE × 10"), "{text}");
    let html = report::html("fake", &run);
    assert!(html.contains("&lt;b&gt;no&lt;/b&gt;") && !html.contains("<b>no</b>"));
    for outside in ["http", "src=", "href", "@import", "url("] {
        assert!(!html.contains(outside), "the page needs {outside}");
    }
    let (name, back) = report::read_json(&report::json("fake", &run)).expect("a saved run");
    assert_eq!((name.as_str(), &back), ("fake", &run));
    assert!(
        report::read_json("{\"run\":{\"schema\":1}}")
            .unwrap_err()
            .to_string()
            .contains("has the number 1")
    );
}

#[test]
fn the_warm_up_is_made_and_not_measured() {
    let server = start(Behaviour::default());
    let plan = Plan {
        warmup: Some(Duration::from_millis(500)),
        ..plan(&server, "Plain", 100.0, 1000)
    };
    let run = run(Load::default(), plan).expect("a run");
    assert_eq!(run.offered, 100);
    assert_eq!(run.record.calls(), 100);
    assert_eq!(server.seen.calls.load(Ordering::SeqCst), 150);
}

#[test]
fn a_closed_loop_has_as_many_calls_as_it_is_told() {
    let server = start(Behaviour {
        takes: Duration::from_millis(50),
        ..Behaviour::default()
    });
    let plan = Plan {
        closed: Some(4),
        workers: 2,
        connections: 2,
        ..plan(&server, "Plain", 0.0, 1000)
    };
    let run = run(Load::default(), plan).expect("a run");
    let calls = run.record.calls();
    // At most 4 every 50 ms; as few as the machine is slow.
    assert!((4..=84).contains(&calls), "{calls} calls");
    assert_eq!(run.offered, calls);
    assert_eq!(run.dropped, 0);
    assert!(report::text("fake", &run).contains("closed"));
}

#[test]
fn the_same_seed_sends_the_same_bytes_and_each_call_its_own_if_asked() {
    let texts = |unique: bool, payloads: u64| {
        let server = start(Behaviour::default());
        let plan = Plan {
            unique,
            payloads,
            ..plan(&server, "Plain", 200.0, 500)
        };
        let load = Load {
            says: true,
            ..Load::default()
        };
        run(load, plan).expect("a run");
        let mut texts = server.seen.texts.lock().unwrap().clone();
        texts.sort();
        texts
    };
    let own = texts(true, 1);
    assert_eq!(own.len(), 100);
    assert_eq!(own, texts(true, 1));
    assert_eq!(own, texts(false, 1024));
    let mut few = texts(false, 10);
    few.dedup();
    assert_eq!(few.len(), 10);
}

#[test]
fn parts_of_a_run_make_the_whole() {
    let server = start(Behaviour::default());
    let start_at = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("a date")
        .as_secs_f64()
        + 3.0;
    let load = Load {
        says: true,
        ..Load::default()
    };
    let parts: Vec<_> = (0..2)
        .map(|index| {
            let plan = Plan {
                shard: Shard { index, of: 2 },
                start_at: Some(start_at),
                ..plan(&server, "Plain", 200.0, 1000)
            };
            std::thread::spawn(move || run(load, plan).expect("a run"))
        })
        .collect();
    let mut runs = parts.into_iter().map(|part| part.join().expect("a part"));
    let (mut whole, other) = (runs.next().expect("one"), runs.next().expect("two"));
    assert_eq!((whole.offered, other.offered), (100, 100));
    whole.merge(&other).expect("one run");
    assert_eq!(whole.record.calls(), 200);
    let mut texts = server.seen.texts.lock().unwrap().clone();
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), 200, "no call was made twice");
    let mut odd = other.clone();
    odd.plan.seed = 99;
    assert!(whole.merge(&odd).is_err());
}

#[test]
fn calls_carry_what_they_are_told() {
    let server = start(Behaviour::default());
    let token = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(token.path(), "secret\n").expect("written");
    let plan = Plan {
        metadata: vec![("X-Tenant".to_owned(), "blue".to_owned())],
        bearer_file: Some(token.path().to_owned()),
        trace: 2,
        authority: Some("users.example".to_owned()),
        ..plan(&server, "Plain", 200.0, 500)
    };
    let run = run(Load::default(), plan).expect("a run");
    let seen = server.seen.metadata.lock().unwrap().clone();
    let of = |name: &str| {
        seen.iter()
            .filter(|(key, _)| key == name)
            .collect::<Vec<_>>()
    };
    assert_eq!(of("x-tenant").len(), 100);
    assert!(
        of("authorization")
            .iter()
            .all(|(_, value)| value == "Bearer secret")
    );
    let traces = of("traceparent");
    assert!(
        (20..80).contains(&traces.len()),
        "{} of 100 are traced",
        traces.len()
    );
    let traced = run
        .record
        .slowest
        .iter()
        .filter_map(|call| call.trace.as_ref());
    for trace in traced {
        assert!(traces.iter().any(|(_, header)| header.contains(trace)));
    }
}

#[test]
fn a_deadline_ends_calls_and_they_count() {
    let server = start(Behaviour {
        takes: Duration::from_secs(60),
        ..Behaviour::default()
    });
    let plan = Plan {
        deadline: Some(Duration::from_millis(50)),
        ..plan(&server, "Plain", 100.0, 500)
    };
    let run = run(Load::default(), plan).expect("a run");
    let record = &run.record.methods[0];
    assert_eq!(record.errors["DEADLINE_EXCEEDED"].count, 50);
    assert!(record.response.min() >= 49_000_000);
}

#[test]
fn answers_that_are_none_are_failures_of_their_own_kind() {
    let server = start(Behaviour::default());
    let wrong = Load {
        wants: false,
        ..Load::default()
    };
    let plan = Plan {
        verify: 0.5,
        ..plan(&server, "Plain", 200.0, 500)
    };
    let run = run(wrong, plan).expect("a run");
    let record = &run.record.methods[0];
    assert_eq!(record.verified, 50);
    assert_eq!(record.errors["UNVERIFIED"].count, 50);
    assert_eq!(
        record.errors["UNVERIFIED"].messages,
        ["not what was wanted"]
    );
    assert_eq!(record.response_ok.len(), 50);
}
