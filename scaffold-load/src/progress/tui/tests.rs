//! Pictures of the view, as files; and that no size and no key breaks it.

use std::path::Path;
use std::time::Duration;

use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use scaffold_runtime::{CallShape, MethodSpec};

use super::draw::draw;
use super::keys::Key;
use super::state::{Phase, State};
use crate::plan::Plan;
use crate::progress::about::About;
use crate::progress::frame::{Failure, Frame, Latencies, Row};
use crate::progress::reduce::bin;
use crate::record::ServerSample;
use crate::schedule::{Stage, parse_stages};
use crate::search::Probe;
use crate::verdict::Doubt;

const METHODS: [MethodSpec; 5] = [
    MethodSpec::new("/user.v1.UserService/GetUser", CallShape::Unary),
    MethodSpec::new("/user.v1.UserService/CreateUser", CallShape::Unary),
    MethodSpec::new(
        "/user.v1.UserService/WatchUsers",
        CallShape::ServerStreaming,
    ),
    MethodSpec::new(
        "/user.v1.UserService/ImportUsers",
        CallShape::ClientStreaming,
    ),
    MethodSpec::new("/user.v1.UserService/SyncUsers", CallShape::BidiStreaming),
];

fn about(plan: &Plan) -> About {
    let specs: Vec<&MethodSpec> = METHODS.iter().collect();
    About::of(plan, &specs, &[true; 5])
}

fn plan(stages: Vec<Stage>) -> Plan {
    Plan {
        duration: Duration::from_secs(60),
        rate: 500.0,
        workers: 1,
        connections: 2,
        stages,
        ..Plan::default()
    }
}

/// Latencies around `micros` with a long tail.
fn latencies(micros: u64, calls: u64) -> Latencies {
    let mut bins = vec![0; bin(micros * 40_000) + 1];
    for step in 0..200u64 {
        let away = step.abs_diff(60).min(60);
        let nanos = micros * 1_000 * (step * step + 400) / 3_600;
        let at = bin(nanos).min(bins.len() - 1);
        bins[at] += calls * (60 - away) / 3_600;
    }
    *bins.last_mut().expect("a bin") += 1;
    Latencies {
        now_p50: micros * 1_000,
        now_p99: micros * 9_000,
        p50: micros * 1_000,
        p99: micros * 8_000,
        p999: micros * 20_000,
        max: micros * 40_000,
        bins,
    }
}

fn row(micros: u64, ended: u64, seconds: u64, failed: u64) -> Row {
    Row {
        ended,
        received: ended * 3,
        calls: ended * seconds,
        failed,
        response: latencies(micros, ended * seconds),
        service: latencies(micros / 2, ended * seconds),
    }
}

/// Second `at` of a run with a stall in it.
fn frame(at: u64, rate: u64) -> Frame {
    let stall = if (20..24).contains(&at) { 30 } else { 1 };
    let micros = (150 + at * 7 % 40) * stall;
    let mut rows: Vec<Row> = (0..5)
        .map(|method| row(micros * (method + 1), rate / 5, at, at / 9 * (method % 2)))
        .collect();
    rows.push(row(
        micros * 2,
        rate - rate / 10 * u64::from(stall > 1),
        at,
        at / 9 * 2,
    ));
    Frame {
        at: at as f64,
        length: 1.0,
        offered: rate,
        in_flight: 3 * stall,
        rows,
        errors: vec![
            Failure {
                method: 1,
                kind: "UNAVAILABLE".to_owned(),
                count: at / 9,
                message: crate::printable::printable("no\u{1b}[2J room: try another time"),
            },
            Failure {
                method: 3,
                kind: "DEADLINE_EXCEEDED".to_owned(),
                count: at / 9,
                message: String::new(),
            },
        ],
        dropped: 0,
        due: rate * at,
        lag_p99: 85_000,
        pacing_p99: 22_000,
        busiest: Some(0.123),
        doubts: Vec::new(),
    }
}

/// A run so many seconds after its beginning.
fn at(seconds: u64, plan: &Plan) -> State {
    let mut state = State::new("user-service", false);
    state.connects(about(plan));
    let schedule = plan.schedule();
    for second in 1..=seconds {
        let rate = schedule.rate_at(Duration::from_millis(second * 1000 - 500)) as u64;
        state.second(frame(second, rate));
    }
    state.passes(seconds as f64 + 0.4, false);
    state
}

fn probe(rate: f64, passed: bool) -> Probe {
    Probe {
        rate,
        seconds: 5.0,
        confirms: false,
        passed,
        why: Vec::new(),
        p50: 180_000,
        p99: 1_200_000,
        errors: 0.0,
        worker_cpu: None,
    }
}

fn picture(state: &State, width: u16, height: u16) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    draw(state, &mut buffer);
    let mut text = String::new();
    for y in 0..height {
        let row: String = (0..width).map(|x| buffer[(x, y)].symbol()).collect();
        text.push_str(row.trim_end());
        text.push('\n');
    }
    text
}

/// Compares with a golden file; `SCAFFOLD_UPDATE=1` writes it.
fn golden(name: &str, state: &State, width: u16, height: u16) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/view");
    let path = folder.join(format!("{name}-{width}x{height}.txt"));
    let text = picture(state, width, height);
    if std::env::var_os("SCAFFOLD_UPDATE").is_some() {
        std::fs::write(&path, text).expect("the golden file is written");
        return;
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        wanted,
        text,
        "{} (SCAFFOLD_UPDATE=1 writes it)",
        path.display()
    );
}

#[test]
fn a_run_in_every_size() {
    let state = at(42, &plan(Vec::new()));
    for (width, height) in [(80, 24), (120, 40), (40, 12), (20, 5)] {
        golden("run", &state, width, height);
    }
}

#[test]
fn stages_have_a_plot_and_a_mark() {
    let stages = parse_stages("0..500@20s, 500@20s, 2k@5s, 500@15s").expect("stages");
    let mut state = at(42, &plan(stages.stages().to_vec()));
    state.server = Some(ServerSample {
        at: 42.0,
        cpu: Some(0.734),
        memory: Some(48 << 20),
        ..ServerSample::default()
    });
    state.frame.doubts = vec![Doubt::Behind(1234, 0.031), Doubt::Busy(0.95)];
    golden("stages", &state, 80, 24);
    golden("stages", &state, 120, 40);
}

#[test]
fn one_method_of_a_search() {
    let mut state = at(3, &plan(Vec::new()));
    state.probe = Some(3);
    state.probes = vec![probe(125.0, true), probe(250.0, false)];
    for key in [Key::Before, Key::Scale, Key::Latency] {
        state.key(key);
    }
    golden("search", &state, 80, 24);
    state.key(Key::Help);
    golden("help", &state, 80, 24);
}

#[test]
fn before_the_first_second_there_is_little() {
    let mut state = State::new("user\x1b]0;-service", false);
    assert_eq!(state.phase(), Phase::Connecting);
    golden("nothing", &state, 80, 24);
    let plan = plan(Vec::new());
    state.connects(about(&plan));
    state.passes(-1.7, false);
    golden("warm-up", &state, 80, 24);
    let mut phase = |now, stopping| {
        state.passes(now, stopping);
        state.phase()
    };
    assert_eq!(phase(-60.0, false), Phase::Waiting);
    assert_eq!(phase(-5.0, false), Phase::Warming);
    assert_eq!(phase(0.0, false), Phase::Measuring);
    assert_eq!(phase(60.0, false), Phase::Draining);
    assert_eq!(phase(30.0, true), Phase::Stopping);
}

#[test]
fn methods_go_round() {
    let mut state = at(1, &plan(Vec::new()));
    let mut seen = Vec::new();
    for _ in 0..6 {
        state.key(Key::Next);
        seen.push(state.chosen);
    }
    assert_eq!(seen, [Some(0), Some(1), Some(2), Some(3), Some(4), None]);
    state.key(Key::Before);
    assert_eq!(state.chosen, Some(4));
    // A method that is not in the mix has no turn.
    let about = state.about.as_mut().expect("a run");
    about.methods[3].used = false;
    state.key(Key::Before);
    assert_eq!(state.chosen, Some(2));
}

#[test]
fn no_size_breaks_it() {
    let stages = parse_stages("0..500@20s, 2k@40s").expect("stages");
    let mut closed = plan(Vec::new());
    closed.closed = Some(8);
    let mut many = at(30, &plan(stages.stages().to_vec()));
    many.server = Some(ServerSample::default());
    many.probes = vec![probe(1.0, false); 20];
    let states = [State::new("", true), at(1, &closed), at(61, &closed), many];
    for mut state in states {
        for key in [Key::Latency, Key::Scale, Key::Next, Key::Help] {
            state.key(key);
            for width in (0..30).chain([39, 59, 60, 79, 80, 131]) {
                for height in (0..26).step_by(2).chain([1, 5, 33, 34, 61]) {
                    picture(&state, width, height);
                }
            }
        }
    }
}

#[test]
fn a_long_run_keeps_few_points_and_its_stalls() {
    let mut state = State::new("soak", false);
    for second in 1..=10_000 {
        let mut one = frame(30, 500);
        one.at = f64::from(second);
        if second == 5_000 {
            one.rows[5].response.now_p99 = 77_000_000_000;
        }
        state.second(one);
    }
    let points = state.history.points();
    assert!(points.len() <= 1200, "{}", points.len());
    assert_eq!(
        points.iter().map(|point| point.length).sum::<f64>(),
        10_000.0
    );
    let slowest = points.iter().map(|point| point.rows[5].response.1).max();
    assert_eq!(slowest, Some(77_000_000_000));
}
