//! What a unary call costs the client: CPU time of its thread and allocations
//! on it, against an echo in another thread, over TCP on loopback.
//!
//! `cargo bench -p scaffold-runtime --bench client [-- SECONDS]`

mod cost;
mod peer;

use std::time::{Duration, Instant};

use cost::Cost;
use prost::Message;
use scaffold_runtime::{CallShape, Caller, Channel, MethodSpec, Request};

#[derive(Clone, PartialEq, Message)]
struct Hello {
    #[prost(string, tag = "1")]
    name: String,
}

/// The same message without memory of its own: what is allocated for it is
/// not the message's.
#[derive(Clone, PartialEq, Message)]
struct Number {
    #[prost(fixed64, tag = "1")]
    first: u64,
    #[prost(fixed64, tag = "2")]
    second: u64,
}

static SAY: MethodSpec = MethodSpec::new("/helloworld.Greeter/SayHello", CallShape::Unary);

/// Calls until `end`; how many.
async fn calls<M>(channel: Channel, message: M, deadline: Option<Duration>, end: Instant) -> u64
where
    M: Message + Clone + Default + PartialEq + 'static,
{
    let mut count = 0;
    while Instant::now() < end {
        for _ in 0..16 {
            let mut request = Request::new(message.clone());
            if let Some(deadline) = deadline {
                request.set_timeout(deadline);
            }
            let answer = channel.unary::<M, M>(&SAY, request).await;
            assert!(answer.expect("an answer").get_ref() == &message);
            count += 1;
        }
    }
    count
}

/// One row: `streams` calls at once on each of `connections` connections.
fn row<M>(
    what: &str,
    connections: usize,
    streams: usize,
    message: &M,
    deadline: Option<Duration>,
    time: Duration,
) where
    M: Message + Clone + Default + PartialEq + 'static,
{
    let target = peer::start();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let mut channels = Vec::new();
        for _ in 0..connections {
            channels.push(Channel::connect(&target).await.expect("a peer"));
        }
        let round = async |time: Duration| {
            let end = Instant::now() + time;
            let mut tasks = Vec::new();
            for channel in &channels {
                for _ in 0..streams {
                    let work = calls(channel.clone(), message.clone(), deadline, end);
                    tasks.push(tokio::spawn(work));
                }
            }
            let mut count = 0;
            for task in tasks {
                count += task.await.expect("a task");
            }
            count
        };
        round(time / 4).await;
        let before = Cost::now();
        let count = round(time).await;
        let cost = before.until_now();
        println!(
            "{what:<28} {connections:>3} x {streams:<4} {:>8.0} ns  {:>6.2} allocations  {:>8} calls",
            cost.nanos as f64 / count as f64,
            cost.allocations as f64 / count as f64,
            count,
        );
    });
}

fn main() {
    let seconds = std::env::args().filter_map(|arg| arg.parse().ok()).next();
    let time = Duration::from_secs_f64(seconds.unwrap_or(2.0));
    println!("per unary call, on the client's thread:");
    let hello = Hello {
        name: "a name, 15 long".to_owned(),
    };
    let number = Number {
        first: 1,
        second: 2,
    };
    for (connections, streams) in [(10, 100), (50, 20), (50, 1), (1, 1)] {
        row(
            "17 bytes, a string",
            connections,
            streams,
            &hello,
            None,
            time,
        );
    }
    row("18 bytes, numbers", 10, 100, &number, None, time);
    let minute = Some(Duration::from_secs(60));
    row("18 bytes, with a deadline", 10, 100, &number, minute, time);
    let long = Hello {
        name: "x".repeat(1024),
    };
    row("1 KiB string", 10, 100, &long, None, time);
}
