//! Streams, message by message.

mod fake;

use std::time::Duration;

use fake::{Behaviour, Load, plan, start};
use scaffold_load::{Exit, Plan, run};

const PAUSE: Duration = Duration::from_millis(20);

fn slow() -> fake::Running {
    start(Behaviour {
        takes: PAUSE,
        ..Behaviour::default()
    })
}

#[test]
fn response_streams_have_a_first_message_and_gaps() {
    let server = slow();
    let run = run(Load::default(), plan(&server, "Repeat", 20.0, 1000)).expect("a run");
    let record = &run.record.methods[2];
    assert_eq!(record.response_ok.len(), 20);
    assert_eq!(record.headers.len(), 20);
    assert_eq!(record.first_message.len(), 20);
    assert_eq!(record.gap.len(), 40);
    assert_eq!((record.sent, record.received), (20, 60));
    let pause = PAUSE.as_nanos() as u64;
    // Timers of the server tick in milliseconds.
    assert!(record.first_message.min() >= pause - 2_000_000);
    let (gaps, first) = (record.gap.mean(), record.first_message.mean());
    assert!(gaps >= pause as f64 / 2.0 && first >= pause as f64 / 2.0);
    assert!(record.response.min() >= 3 * (pause - 2_000_000));
}

#[test]
fn response_streams_end_when_there_is_enough_of_them() {
    let server = slow();
    let endless = Load {
        messages: u64::MAX,
        ..Load::default()
    };
    let few = Plan {
        stream_messages: Some(2),
        ..plan(&server, "Repeat", 20.0, 500)
    };
    let few = run(endless, few).expect("a run");
    assert_eq!(few.record.methods[2].received, 20);
    assert_eq!(few.record.methods[2].response_ok.len(), 10);
    let short = Plan {
        stream_time: Some(Duration::from_millis(200)),
        ..plan(&server, "Repeat", 20.0, 500)
    };
    let short = run(endless, short).expect("a run");
    let record = &short.record.methods[2];
    assert_eq!(record.response_ok.len(), 10);
    assert!(record.service.min() >= 199_000_000 && record.received > 10);
}

#[test]
fn request_streams_are_paced_and_closed() {
    let server = slow();
    let plan = Plan {
        message_rate: Some(100.0),
        ..plan(&server, "Gather", 20.0, 500)
    };
    let load = Load {
        messages: 11,
        ..Load::default()
    };
    let run = run(load, plan).expect("a run");
    let record = &run.record.methods[3];
    assert_eq!(record.response_ok.len(), 10);
    assert_eq!((record.sent, record.received), (110, 10));
    assert_eq!(record.stall.len(), 110);
    assert_eq!(record.close.len(), 10);
    // Ten pauses of 10 ms, and the server's.
    assert!(record.service.min() >= 99_000_000, "{:?}", record.service);
    assert!(record.close.min() >= PAUSE.as_nanos() as u64 - 2_000_000);
}

#[test]
fn messages_of_a_bidirectional_call_have_round_trips() {
    let server = slow();
    let run = run(Load::default(), plan(&server, "Chat", 20.0, 500)).expect("a run");
    let record = &run.record.methods[4];
    assert_eq!(record.response_ok.len(), 10);
    assert_eq!((record.sent, record.received), (30, 30));
    assert_eq!(record.round_trip.len(), 30);
    assert!(record.round_trip.min() >= PAUSE.as_nanos() as u64 - 2_000_000);
}

#[test]
fn long_lived_streams_take_each_call_as_a_message() {
    let server = start(Behaviour::default());
    let plan = Plan {
        bidi_streams: Some(4),
        workers: 2,
        connections: 2,
        ..plan(&server, "Chat", 200.0, 1000)
    };
    let run = run(Load::default(), plan).expect("a run");
    let record = &run.record.methods[4];
    assert_eq!(record.response_ok.len(), 200, "{:?}", record.errors);
    assert_eq!(record.round_trip.len(), 200);
    assert_eq!((record.sent, record.received), (200, 200));
}

#[test]
fn messages_above_the_cap_are_deferred_and_late_from_when_they_were_due() {
    let server = slow();
    let plan = Plan {
        bidi_streams: Some(1),
        bidi_in_flight: 1,
        drain: Duration::from_secs(20),
        ..plan(&server, "Chat", 100.0, 500)
    };
    let run = run(Load::default(), plan).expect("a run");
    let record = &run.record.methods[4];
    assert_eq!(record.response.len(), 50);
    assert!(record.deferred >= 25, "{} deferred", record.deferred);
    // The last is due after 490 ms and answered after 50 pauses.
    assert!(
        record.round_trip.max() >= 400_000_000,
        "{:?}",
        record.round_trip
    );
    assert!(record.service.value_at_quantile(0.5) < record.response.value_at_quantile(0.5));
}

#[test]
fn a_server_that_ends_streams_shows() {
    let server = start(Behaviour::default());
    let target = server.target.clone();
    let plan = Plan {
        bidi_streams: Some(1),
        target,
        ..plan(&server, "Chat", 50.0, 2000)
    };
    let killer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(1000));
        drop(server);
    });
    let run = run(Load::default(), plan).expect("a run");
    killer.join().expect("killed");
    let record = &run.record.methods[4];
    assert!(
        record.errors.contains_key("UNAVAILABLE"),
        "{:?}",
        record.errors
    );
    assert!(!record.response_ok.is_empty());
    assert_ne!(run.exit(), Exit::Passed);
}
