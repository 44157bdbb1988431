//! The burst, the two servers, and the counting allocator.

mod allocator;
mod asking;
mod burst;
mod ours;
mod peer;
mod streaming;
mod trace;

pub(crate) use allocator::allocations;
pub(crate) use asking::asking;
pub(crate) use burst::{Burst, CALLS, ROUNDS, WARM_UP};
pub(crate) use ours::{ours, ours_beside};
pub(crate) use peer::h2_server;
pub(crate) use streaming::streaming;
pub(crate) use trace::replay;

use std::time::{Duration, Instant};

/// Per call.
pub(crate) struct Measure {
    pub(crate) nanos: f64,
    pub(crate) allocations: f64,
    pub(crate) bytes_out: f64,
}

/// Runs `round` for each round, and takes the fastest quarter of them: the
/// machine has other things to do.
pub(crate) fn measure(burst: &mut Burst, mut round: impl FnMut(&[u8]) -> usize) -> Measure {
    let mut times = Vec::with_capacity(ROUNDS);
    let (mut allocated, mut bytes) = (0, 0);
    for number in 0..WARM_UP + ROUNDS {
        let before = allocations();
        let start = Instant::now();
        let out = round(burst.bytes());
        let time = start.elapsed();
        if number >= WARM_UP {
            times.push(time);
            allocated += allocations() - before;
            bytes += out;
        }
        burst.next();
    }
    times.sort();
    let best = &times[..ROUNDS / 4];
    let calls = (best.len() * CALLS) as f64;
    let all = (ROUNDS * CALLS) as f64;
    Measure {
        nanos: best.iter().sum::<Duration>().as_nanos() as f64 / calls,
        allocations: allocated as f64 / all,
        bytes_out: bytes as f64 / all,
    }
}
