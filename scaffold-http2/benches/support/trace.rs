//! Header blocks as other clients encode them, replayed.

use std::time::{Duration, Instant};

use scaffold_http2::{Config, Connection, Time};

use super::burst::BODY;
use super::ours::Echo;
use super::{Measure, allocations};

/// Blocks that fill tables before time is taken.
const WARM_UP: usize = 50;

/// Calls that a server gets with one read.
const BATCH: usize = 50;

const ROUNDS: usize = 2_000;

/// A whole connection of a client: its preface, and its calls in batches.
fn batches(trace: &str) -> Vec<Vec<u8>> {
    let mut preface = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    preface.extend([0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0]);
    // Its window for all answers.
    preface.extend([0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0xff, 0, 0]);
    let mut batches = vec![preface];
    for (number, line) in trace.lines().enumerate() {
        if number == WARM_UP || number % BATCH == 0 {
            batches.push(Vec::new());
        }
        let block: Vec<u8> = (0..line.len() / 2)
            .map(|at| u8::from_str_radix(&line[2 * at..2 * at + 2], 16).expect("hex"))
            .collect();
        let id = (2 * number as u32 + 1).to_be_bytes();
        let batch = batches.last_mut().expect("one was pushed");
        batch.extend_from_slice(&(block.len() as u32).to_be_bytes()[1..]);
        batch.extend([1, 4, id[0], id[1], id[2], id[3]]);
        batch.extend(block);
        batch.extend([0, 0, BODY.len() as u8, 0, 1, id[0], id[1], id[2], id[3]]);
        batch.extend(BODY);
    }
    batches
}

/// What a call costs behind the first fifty, and the share of header blocks
/// that were recognised.
pub(crate) fn replay(trace: &str) -> (Measure, f64) {
    let batches = batches(trace);
    let warm = 1 + WARM_UP / BATCH;
    let calls = trace.lines().count() - WARM_UP;
    let now = Time::default();
    let mut times = Vec::with_capacity(ROUNDS);
    let (mut allocated, mut bytes, mut recognised) = (0, 0, 0);
    for _ in 0..ROUNDS {
        let mut echo = Echo::new();
        let mut server = Connection::server(Config::default(), now);
        let mut turn = |batch: &Vec<u8>| {
            let used = server.receive(batch, now, &mut echo);
            assert_eq!(used, Ok(batch.len()));
            server.flush(now, &mut echo);
            let count = server.session().output_len();
            server.session().advance(count);
            count
        };
        for batch in &batches[..warm] {
            turn(batch);
        }
        let before = allocations();
        let start = Instant::now();
        for batch in &batches[warm..] {
            bytes += turn(batch);
        }
        times.push(start.elapsed());
        allocated += allocations() - before;
        recognised += server.session().counters().heads_recognised;
    }
    times.sort();
    let best = &times[..ROUNDS / 4];
    let all = (ROUNDS * calls) as f64;
    let measure = Measure {
        nanos: best.iter().sum::<Duration>().as_nanos() as f64 / (best.len() * calls) as f64,
        allocations: allocated as f64 / all,
        bytes_out: bytes as f64 / all,
    };
    let heads = (ROUNDS * trace.lines().count()) as f64;
    (measure, recognised as f64 / heads)
}
