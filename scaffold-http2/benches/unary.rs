//! What a unary gRPC call costs the state machine of a server: bursts of
//! requests as bytes in, answers as bytes out, no sockets. The `h2` crate gets
//! the same bytes.
//!
//! `cargo bench -p scaffold-http2` prints nanoseconds and allocations per
//! call. A run takes some seconds.

mod support;

use support::{Burst, Measure, asking, h2_server, ours, ours_beside, replay, streaming};

/// What clients of others sent on one connection.
const TRACES: [(&str, &str); 6] = [
    (
        "grpc-go, deadlines",
        include_str!("../traces/grpc-go-deadlines.hex"),
    ),
    (
        "grpcio, deadlines",
        include_str!("../traces/grpcio-deadlines.hex"),
    ),
    (
        "grpc-js, deadlines",
        include_str!("../traces/grpc-js-deadlines.hex"),
    ),
    (
        "grpc-go, traceparent and id",
        include_str!("../traces/grpc-go-tracing.hex"),
    ),
    (
        "grpcio, traceparent and id",
        include_str!("../traces/grpcio-tracing.hex"),
    ),
    (
        "grpc-js, traceparent and id",
        include_str!("../traces/grpc-js-tracing.hex"),
    ),
];

fn main() {
    println!(
        "{:<34} {:>9} {:>12} {:>12}",
        "unary echo, 17 bytes", "ns/call", "allocs/call", "bytes out"
    );
    for (name, variation) in [
        ("one block for all calls", Burst::SAME),
        ("a new grpc-timeout each call", Burst::TIMEOUTS),
        ("eight metadata fields, same", Burst::METADATA),
    ] {
        for (who, run) in [
            ("scaffold-http2", ours as fn(&mut Burst) -> Measure),
            ("h2", h2_server),
        ] {
            let mut burst = Burst::new(variation);
            let measure = run(&mut burst);
            println!(
                "{:<34} {:>9.1} {:>12.3} {:>12.1}",
                format!("{who}: {name}"),
                measure.nanos,
                measure.allocations,
                measure.bytes_out
            );
        }
    }
    for (name, trace) in TRACES {
        let (measure, recognised) = replay(trace);
        println!(
            "scaffold-http2: as {name:<26} {:>9.1} ns/call {:>9.3} allocs/call {:>6.1} % recognised",
            measure.nanos,
            measure.allocations,
            recognised * 100.0
        );
    }
    for (name, deadlines) in [
        ("100 calls at once", false),
        ("the same, with deadlines", true),
    ] {
        let measure = asking(deadlines);
        println!(
            "scaffold-http2 client: {name:<24} {:>9.1} ns/call {:>9.3} allocs/call {:>6.1} bytes out",
            measure.nanos, measure.allocations, measure.bytes_out
        );
    }
    for open in [0, 100, 1_000, 10_000] {
        let measure = ours_beside(&mut Burst::new(Burst::SAME), open);
        let name = format!("scaffold-http2: {open} other streams open");
        println!("{name:<44} {:>9.1} ns/call", measure.nanos);
    }
    for size in [22, 1_024] {
        let nanos = streaming(size);
        println!(
            "{:<44} {nanos:>9.1} ns/message",
            format!("scaffold-http2: streaming, {size} bytes")
        );
    }
    let nanos = streaming(1 << 20);
    let rate = f64::from(1u32 << 20) / nanos;
    println!(
        "{:<44} {rate:>9.1} GB/s",
        "scaffold-http2: streaming, 1 MiB by reference"
    );
}
