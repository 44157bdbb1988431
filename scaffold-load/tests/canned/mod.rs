//! Runs that were never made: known to the last figure, with all that a report
//! can show.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::time::Duration;

use scaffold_load::{
    CallError, Cpu, Histogram, Machine, MethodInfo, MethodRecord, MethodSecond, Mix, Plan, Probe,
    Record, Run, Search, Second, Series, Server, ServerSample, SlowCall, Verdict, parse_objectives,
};

/// What a server might say to harm who reads the report.
pub(crate) const HOSTILE: &str = "</td></script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> \"'`|\n\u{1}";

/// The methods of all runs here: two unary, and one of each kind of stream.
const METHODS: [(&str, &str); 5] = [
    ("/shop.v1.Orders/GetOrder", "unary"),
    ("/shop.v1.Orders/PlaceOrder", "unary"),
    ("/shop.v1.Orders/WatchOrders", "server_streaming"),
    ("/shop.v1.Orders/ImportOrders", "client_streaming"),
    ("/shop.v1.Orders/Negotiate", "bidi_streaming"),
];

/// The latency of a call in nanoseconds: most are near `usual`, few are slow.
fn latency(call: u64, usual: f64) -> u64 {
    let chance = (call * 7919 % 10_007) as f64 / 10_007.0;
    let tail = (1.0 - chance).max(1e-4).powf(-0.45);
    (usual * (0.7 + 0.3 * chance) * tail) as u64
}

/// A run of so many seconds with 400 calls in each, whose calls take about `usual`
/// nanoseconds; in the middle the server stalls for two seconds.
pub(crate) fn run(seconds: u64, usual: f64) -> Run {
    shaped(seconds, usual, seconds / 2)
}

/// The same without a stall.
pub(crate) fn calm(seconds: u64, usual: f64) -> Run {
    shaped(seconds, usual, seconds + 10)
}

fn shaped(seconds: u64, usual: f64, stall: u64) -> Run {
    let mut record = Record {
        methods: vec![MethodRecord::default(); METHODS.len()],
        ..Record::default()
    };
    let mut points = Vec::new();
    for second in 0..seconds {
        let (mut response, mut service) = (Histogram::new(), Histogram::new());
        let stalled = second == stall || second == stall + 1;
        let calls: u64 = if stalled { 40 } else { 400 };
        for call in 0..calls {
            let number = second * 400 + call;
            let taken = latency(number, usual);
            let waited = match second.checked_sub(stall) {
                Some(since @ 0..=1) => 900_000_000 * (since + 1),
                Some(2) => 1_800_000_000 - call * 4_000_000,
                _ => call % 50 * 1_000,
            };
            response.record(taken + waited);
            service.record(taken);
            let method = &mut record.methods[(number % 5) as usize];
            method.response.record(taken + waited);
            method.service.record(taken);
            if number % 97 != 0 {
                method.response_ok.record(taken + waited);
            }
        }
        record.lag.record(20_000 + second % 7 * 9_000);
        points.push(point(second, calls, &response, &service, stalled));
    }
    fill(&mut record);
    Run {
        schema: 3,
        plan: plan(seconds),
        began: 1_790_000_000.25,
        elapsed: Duration::from_secs(seconds),
        methods: METHODS.map(|(path, shape)| info(path, shape)).to_vec(),
        record,
        series: Series { step: 1, points },
        offered: seconds * 400 + 31,
        dropped: 31,
        achieved: seconds * 400,
        worker_cpu: Some(0.34),
        cpu: Cpu {
            workers: Some(0.34 * seconds as f64),
            pacer: Some(0.11 * seconds as f64),
        },
        server: Some(server(seconds, stall)),
        machine: Machine {
            os: "linux".to_owned(),
            arch: "x86_64".to_owned(),
            cpu: Some("A Processor of Some Length @ 2.40GHz".to_owned()),
            cores: 8,
        },
        stopped: None,
        verdict: Verdict::Valid,
        objectives: Vec::new(),
        search: None,
    }
}

/// The same with whatever a report can show besides, and texts that mean harm.
pub(crate) fn full(seconds: u64) -> Run {
    let mut run = run(seconds, 1_400_000.0);
    run.objectives = judged();
    run.search = Some(search());
    run.verdict = Verdict::Invalid(vec![format!("calls were sent late: {HOSTILE}")]);
    run
}

fn plan(seconds: u64) -> Plan {
    Plan {
        target: "127.0.0.1:50051".to_owned(),
        rate: 400.0,
        duration: Duration::from_secs(seconds),
        seed: 7,
        mix: Mix::parse("GetOrder=60,PlaceOrder=25,WatchOrders=5,ImportOrders=5,Negotiate=5")
            .expect("a mix"),
        connections: 4,
        workers: 2,
        trace: 10,
        metadata: vec![("authorization".to_owned(), "hunter2".to_owned())],
        objectives: parse_objectives("p99<20ms,GetOrder:p99.9<50ms").expect("objectives"),
        ..Plan::default()
    }
}

fn info(path: &str, shape: &str) -> MethodInfo {
    MethodInfo {
        path: path.to_owned(),
        shape: shape.to_owned(),
    }
}

fn point(
    second: u64,
    calls: u64,
    response: &Histogram,
    service: &Histogram,
    stalled: bool,
) -> Second {
    Second {
        at: second as f64,
        length: 1.0,
        offered: 400,
        completed: calls,
        failed: calls / 97,
        dropped: if stalled { 15 } else { 0 },
        received: calls,
        in_flight: if stalled { 700 } else { 3 + second % 5 },
        p50: response.value_at_quantile(0.5),
        p90: response.value_at_quantile(0.9),
        p99: response.value_at_quantile(0.99),
        p999: response.value_at_quantile(0.999),
        max: response.max(),
        service_p50: service.value_at_quantile(0.5),
        service_p99: service.value_at_quantile(0.99),
        lag_p99: 30_000 + second % 7 * 9_000,
        cpu: Some(0.3 + (second % 4) as f64 * 0.02),
        methods: vec![MethodSecond::default(); METHODS.len()],
    }
}

/// Streams' times, errors and the slowest calls.
fn fill(record: &mut Record) {
    for (index, method) in record.methods.iter_mut().enumerate() {
        let calls = method.calls();
        let failed = calls - method.response_ok.len();
        let error = CallError {
            count: failed,
            messages: vec![HOSTILE.to_owned(), "the disk is full".to_owned()],
        };
        method.errors.insert("UNAVAILABLE".to_owned(), error);
        method.sent = calls * if index < 3 { 1 } else { 20 };
        method.received = calls * if index == 2 || index == 4 { 20 } else { 1 };
        method.sent_bytes = method.sent * 180;
        method.received_bytes = method.received * 2_300;
        method.verified = calls / 100;
        for call in 0..calls {
            method.wait.record(latency(call, 4_000.0));
            match index {
                2 => {
                    method.headers.record(latency(call, 700_000.0));
                    method.first_message.record(latency(call, 900_000.0));
                    method.gap.record(latency(call, 15_000_000.0));
                }
                3 => {
                    method.stall.record(latency(call, 9_000.0));
                    method.close.record(latency(call, 1_100_000.0));
                }
                4 => {
                    method.headers.record(latency(call, 600_000.0));
                    method.round_trip.record(latency(call, 1_300_000.0));
                    method.stall.record(latency(call, 9_000.0));
                }
                _ => {}
            }
        }
        method.deferred = if index == 4 { 12 } else { 0 };
    }
    let slow = |number: u64| SlowCall {
        method: (number % 5) as usize,
        due: 5_000_000_000 + number * 2_500_000,
        response: 1_960_000_000 - number * 2_700_000,
        service: 3_400_000 + number * 70_000,
        outcome: if number.is_multiple_of(6) {
            "UNAVAILABLE"
        } else {
            "OK"
        }
        .to_owned(),
        trace: number
            .is_multiple_of(3)
            .then(|| format!("4bf92f3577b34da6a3ce929d0e0e{number:04x}")),
    };
    record.slowest = (0..20).map(slow).collect();
}

fn server(seconds: u64, stall: u64) -> Server {
    let sample = |second: u64| ServerSample {
        at: second as f64 + 0.9,
        cpu: Some(if second == stall {
            0.02
        } else {
            0.9 + (second % 3) as f64 * 0.1
        }),
        memory: Some(180_000_000 + second * 400_000),
        metrics: [(
            "pool_connections_in_use".to_owned(),
            (12 + second % 9) as f64,
        )]
        .into(),
    };
    Server {
        source: "process 4711 (orders)".to_owned(),
        cpu: Some(0.95 * seconds as f64),
        samples: (0..seconds.saturating_sub(2)).map(sample).collect(),
        fault: Some(format!("the process was gone: {HOSTILE}")),
    }
}

fn judged() -> Vec<scaffold_load::Judged> {
    let text = "p99<20ms,GetOrder:p99.9<50ms,errors<=5%,Orders/Negotiate:rtt.p99<10ms";
    let objectives = parse_objectives(text).expect("objectives").into_iter();
    let measured = [Some(1.7e9), Some(41e6), Some(0.0103), None];
    let all = objectives.zip(measured).zip([false, true, true, true]);
    all.map(|((objective, measured), passed)| scaffold_load::Judged {
        objective,
        measured,
        passed,
    })
    .collect()
}

fn search() -> Search {
    let probe = |rate: f64, passed: bool, confirms: bool| Probe {
        rate,
        seconds: if confirms { 30.0 } else { 5.0 },
        confirms,
        passed,
        why: if passed {
            vec![]
        } else {
            vec![format!("p99<20 ms: {HOSTILE}")]
        },
        p50: 1_500_000,
        p99: if passed { 9_000_000 } else { 70_000_000 },
        errors: 0.002,
        worker_cpu: Some(0.3),
    };
    Search {
        probes: vec![
            probe(200.0, true, false),
            probe(400.0, true, false),
            probe(800.0, false, false),
            probe(566.0, false, false),
            probe(400.0, true, true),
        ],
        found: Some(400.0),
        open_end: false,
    }
}
