//! What this machine alone makes late: a thread that does nothing but wait for
//! 10,000 moments a second, asleep as the pacer is, and awake all the time. Prints
//! the 99th percentiles, in microseconds.

use std::time::{Duration, Instant};

const MOMENTS: u32 = 20_000;
const GAP: Duration = Duration::from_micros(100);

fn late(wait: impl Fn(Instant)) -> f64 {
    let start = Instant::now();
    let mut late: Vec<Duration> = (0..MOMENTS)
        .map(|number| {
            let at = start + GAP * number;
            wait(at);
            at.elapsed()
        })
        .collect();
    late.sort();
    late[late.len() * 99 / 100].as_secs_f64() * 1e6
}

fn main() {
    // As the pacer asks: sleeps of less than 50 µs are not put together.
    let _ = std::fs::write("/proc/self/timerslack_ns", "1");
    let asleep = late(|at| {
        while Instant::now() < at {
            std::thread::sleep(Duration::from_micros(50));
        }
    });
    let awake = late(|at| {
        while Instant::now() < at {
            std::hint::spin_loop();
        }
    });
    println!("{asleep:.1} {awake:.1}");
}
