//! The same for measured clients: arguments and lines as the load generator's.
//! `stats` cannot be asked of a client; it tells its allocations with its calls.

use std::io::Read;
use std::net::SocketAddr;
use std::time::Duration;

use crate::counting;

/// `ADDRESS CONNECTIONS STREAMS WARM SECONDS`, in this order.
#[derive(Clone, Debug)]
pub struct Plan {
    pub address: SocketAddr,
    pub connections: usize,
    /// Calls in flight on each connection.
    pub streams: usize,
    warm: Duration,
    seconds: Duration,
}

/// Of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Warm,
    Measured,
}

// === impl Plan ===

impl Plan {
    /// # Panics
    ///
    /// When the arguments are not as said.
    pub fn from_args() -> Plan {
        if std::env::var_os("BENCH_COUNT").is_some() {
            counting::enable();
        }
        let words: Vec<String> = std::env::args().skip(1).collect();
        let [address, connections, streams, warm, seconds] = words.as_slice() else {
            panic!("ADDRESS CONNECTIONS STREAMS WARM SECONDS");
        };
        let time = |text: &str| Duration::from_secs_f64(text.parse().expect("seconds"));
        Plan {
            address: address.parse().expect("an address"),
            connections: connections.parse().expect("a number"),
            streams: streams.parse().expect("a number"),
            warm: time(warm),
            seconds: time(seconds),
        }
    }

    pub fn time(&self, phase: Phase) -> Duration {
        match phase {
            Phase::Warm => self.warm,
            Phase::Measured => self.seconds,
        }
    }
}

/// Says that the warm-up is over, and waits for the harness.
pub fn warm() {
    println!("warm");
    std::io::stdin()
        .read_line(&mut String::new())
        .expect("a line");
    BEFORE.store(counting::counted().0, std::sync::atomic::Ordering::Relaxed);
}

static BEFORE: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);

/// Says how many calls there were, and waits for the end.
pub fn done(calls: u64, plan: &Plan) {
    let allocations = counting::counted().0 - BEFORE.load(std::sync::atomic::Ordering::Relaxed);
    let seconds = plan.seconds.as_secs_f64();
    println!(r#"{{"calls":{calls},"allocations":{allocations},"seconds":{seconds}}}"#);
    std::io::stdin()
        .read_to_end(&mut Vec::new())
        .expect("stdin");
}
