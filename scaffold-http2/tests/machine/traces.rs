//! Header blocks as clients of others encoded them, with a deadline, and with
//! a trace and an identifier, that differ from call to call.

use scaffold_http2::{Config, Name, Time};

use crate::support::wire::{self, END, END_HEADERS, HEADERS};
use crate::support::{Event, Side};

const TRACES: [(&str, &str, bool); 6] = [
    (
        "grpc-go",
        include_str!("../../traces/grpc-go-deadlines.hex"),
        false,
    ),
    (
        "grpcio",
        include_str!("../../traces/grpcio-deadlines.hex"),
        false,
    ),
    (
        "grpc-js",
        include_str!("../../traces/grpc-js-deadlines.hex"),
        false,
    ),
    (
        "grpc-go",
        include_str!("../../traces/grpc-go-tracing.hex"),
        true,
    ),
    (
        "grpcio",
        include_str!("../../traces/grpcio-tracing.hex"),
        true,
    ),
    (
        "grpc-js",
        include_str!("../../traces/grpc-js-tracing.hex"),
        true,
    ),
];

#[test]
fn calls_that_differ_in_values_are_recognised() {
    for (client, trace, traced) in TRACES {
        let mut server = Side::server(Config::default());
        server.now = Time::default();
        for (number, line) in trace.lines().enumerate() {
            let block: Vec<u8> = (0..line.len() / 2)
                .map(|at| u8::from_str_radix(&line[2 * at..2 * at + 2], 16).unwrap())
                .collect();
            let id = 2 * number as u32 + 1;
            server
                .send(&wire::frame(HEADERS, END_HEADERS | END, id, &block))
                .unwrap();
            let events = server.events();
            let [Event::Head(_, path, fields, true)] = &events[..] else {
                panic!("{client}: {events:?}");
            };
            assert_eq!(path, "/helloworld.Greeter/SayHello");
            let value = |name: &str| {
                let mut found = fields.iter().filter(|field| field.0 == name);
                let value = found.next().map(|field| field.1.as_str());
                assert!(found.next().is_none());
                value.unwrap_or_else(|| panic!("{client} sent {name}"))
            };
            assert_eq!(value(Name::ContentType.text()), "application/grpc");
            assert_eq!(value(Name::Te.text()), "trailers");
            // Twenty seconds, in one unit or another.
            let timeout = value(Name::GrpcTimeout.text());
            assert!(
                timeout.starts_with("19") || timeout.starts_with("20"),
                "{client}: {timeout}"
            );
            if traced {
                assert_eq!(value("traceparent").len(), 55);
                assert!(value("x-request-id").len() >= 32);
            }
            let stream = server.seen.streams.pop().unwrap();
            let session = server.session();
            session
                .reset(stream, scaffold_http2::ErrorCode::CANCEL)
                .unwrap();
            server.output();
        }
        let calls = trace.lines().count() as u64;
        let decoded = server.session().counters().heads_decoded;
        assert!(decoded * 10 <= calls, "{client}: {decoded} of {calls}");
        // A route is looked up once, whatever the table turns over.
        assert_eq!(server.seen.resolved, 1, "{client}");
    }
}
