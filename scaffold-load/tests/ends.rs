//! How runs end that go wrong: the right exit code, and what was measured so far.

mod fake;

use std::time::{Duration, Instant};

use fake::{Behaviour, Load, plan, start};
use scaffold_load::{Exit, Plan, Stopped, parse_objectives, run};

#[test]
fn a_target_that_is_not_there_is_unreachable() {
    let server = start(Behaviour::default());
    let nobody = plan(&server, "Plain", 10.0, 100);
    drop(server);
    let fault = run(Load::default(), nobody).expect_err("no run");
    assert_eq!(fault.exit(), Exit::Unreachable, "{fault}");
}

#[test]
fn a_server_that_is_killed_ends_the_run_with_what_there_was() {
    let server = start(Behaviour::default());
    let long = plan(&server, "Plain", 100.0, 60_000);
    let killer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(2));
        drop(server);
    });
    let begun = Instant::now();
    let run = run(Load::default(), long).expect("a run");
    killer.join().expect("killed");
    assert!(
        begun.elapsed() < Duration::from_secs(40),
        "it need not go on"
    );
    assert!(
        matches!(run.stopped, Some(Stopped::Lost(_))),
        "{:?}",
        run.stopped
    );
    assert_eq!(run.exit(), Exit::Unreachable);
    let record = &run.record.methods[0];
    assert!(record.response_ok.len() > 50, "{:?}", record.response_ok);
    assert!(record.errors.contains_key("UNAVAILABLE"));
}

#[test]
fn an_objective_that_is_missed_for_long_ends_the_run() {
    let server = start(Behaviour {
        takes: Duration::from_millis(100),
        ..Behaviour::default()
    });
    let plan = Plan {
        objectives: parse_objectives("p50<10ms abort=2s").expect("an objective"),
        ..plan(&server, "Plain", 50.0, 60_000)
    };
    let begun = Instant::now();
    let run = run(Load::default(), plan).expect("a run");
    assert!(begun.elapsed() < Duration::from_secs(40));
    assert!(
        matches!(run.stopped, Some(Stopped::Missed(_))),
        "{:?}",
        run.stopped
    );
    assert_eq!(run.exit(), Exit::Breached);
    assert_eq!(run.breaches().count(), 1);
    assert!(run.record.calls() > 50);
}

#[test]
fn objectives_are_judged_per_method_and_for_all() {
    let server = start(Behaviour::default());
    let text = "Plain:rate>1/s,rate<1/s,Promised:p99<1ns,errors<=50%";
    let plan = Plan {
        objectives: parse_objectives(text).expect("objectives"),
        ..plan(&server, "Plain", 100.0, 500)
    };
    let run = run(Load::default(), plan).expect("a run");
    let passed: Vec<bool> = run.objectives.iter().map(|judged| judged.passed).collect();
    // Nothing was measured of Promised, which breaks nothing.
    assert_eq!(passed, [true, false, true, true], "{:?}", run.objectives);
    assert_eq!(run.objectives[2].measured, None);
}

#[test]
fn objectives_of_methods_that_are_not_there_are_refused() {
    let server = start(Behaviour::default());
    let plan = Plan {
        objectives: parse_objectives("Plan:p99<1ms").expect("an objective"),
        ..plan(&server, "Plain", 10.0, 100)
    };
    let fault = run(Load::default(), plan).expect_err("no run");
    assert_eq!(fault.exit(), Exit::Usage);
}

#[test]
fn something_that_is_no_grpc_server_is_unreachable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let target = listener.local_addr().expect("an address").to_string();
    let thread = std::thread::spawn(move || {
        use std::io::Write;
        for mut stream in listener.incoming().take(1).flatten() {
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let plan = Plan {
        target,
        connections: 1,
        workers: 1,
        ..Plan::default()
    };
    let fault = run(Load::default(), plan).expect_err("no run");
    assert_eq!(fault.exit(), Exit::Unreachable, "{fault}");
    thread.join().expect("over");
}
