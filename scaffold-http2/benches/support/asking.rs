//! A client on this crate: a hundred calls at once, answered by bytes that a
//! server of this crate has made.

use std::time::{Duration, Instant};

use scaffold_http2::{
    Config, Connection, Field, Handler, Head, Indexing, Name, Reset, Session, Stream, Template,
    Time,
};

use super::burst::{BODY, shift};
use super::ours::Echo;
use super::{Measure, allocations};

/// Calls that are open at once.
const CALLS: usize = 100;

const ROUNDS: usize = 20_000;

#[derive(Default)]
struct Answers {
    done: usize,
}

impl Handler for Answers {
    fn resolve(&mut self, head: &Head<'_>) -> u64 {
        head.status().into()
    }

    fn head(&mut self, _: &mut Session, _: Stream, head: &Head<'_>, _end: bool) {
        assert_eq!(head.token(), 200);
    }

    fn data(&mut self, session: &mut Session, stream: Stream, bytes: &[u8], _end: bool) {
        session.release(stream, bytes.len());
    }

    fn trailers(&mut self, _: &mut Session, _: Stream, trailers: &Head<'_>) {
        assert_eq!(trailers.get(Name::GrpcStatus), Some(&b"0"[..]));
        self.done += 1;
    }

    fn reset(&mut self, _: &mut Session, _: Stream, reset: Reset) {
        panic!("{reset:?}");
    }
}

/// Opens the calls; with a deadline each has one of its own.
fn ask(client: &mut Connection, request: &Template, round: Option<usize>) {
    let mut digits = *b"1000000u";
    for call in 0..CALLS {
        let mut number = round.unwrap_or(0) * 31 + call;
        for digit in digits[1..7].iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
        let timeout = [Field::new("grpc-timeout", &digits)];
        let extra = if round.is_some() { &timeout[..] } else { &[] };
        let session = client.session();
        let stream = session.open(request, extra, false).expect("a stream");
        let mut frame = session.data_frame(stream, BODY.len()).expect("room");
        frame.buffer().extend_from_slice(BODY);
        frame.finish(true).expect("room");
    }
}

pub(crate) fn asking(deadlines: bool) -> Measure {
    let insert = |name, value| Field::new(name, value).indexing(Indexing::Insert);
    let request = Template::new(&[
        Field::new(":method", "POST"),
        Field::new(":scheme", "http"),
        insert(":path", "/helloworld.Greeter/SayHello"),
        insert(":authority", "127.0.0.1:50051"),
        insert("content-type", "application/grpc"),
        insert("te", "trailers"),
    ])
    .expect("a fine request");
    let now = Time::default();
    let (mut answers, mut echo) = (Answers::default(), Echo::new());
    let mut client = Connection::client(Config::default(), now);
    let mut server = Connection::server(Config::default(), now);
    let mut replies = Vec::new();
    // The second answers are nothing but indexes.
    for _ in 0..2 {
        ask(&mut client, &request, deadlines.then_some(0));
        let bytes = client.session().output().expect("one run").to_vec();
        client.session().advance(bytes.len());
        server.receive(&bytes, now, &mut echo).expect("calls");
        server.flush(now, &mut echo);
        replies = server.session().output().expect("one run").to_vec();
        server.session().advance(replies.len());
        client
            .receive(&replies, now, &mut answers)
            .expect("answers");
    }
    // Room for the next requests, with every batch of answers.
    replies.extend([0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 8, 152]);
    let (mut times, mut allocated, mut bytes) = (Vec::with_capacity(ROUNDS), 0, 0);
    for round in 0..ROUNDS {
        shift(&mut replies, 2 * CALLS as u32);
        let before = allocations();
        let start = Instant::now();
        ask(&mut client, &request, deadlines.then_some(round));
        let count = client.session().output_len();
        client.session().advance(count);
        client
            .receive(&replies, now, &mut answers)
            .expect("answers");
        client.flush(now, &mut answers);
        times.push(start.elapsed());
        allocated += allocations() - before;
        bytes += count;
    }
    assert_eq!(answers.done, CALLS * (ROUNDS + 2));
    times.sort();
    let best = &times[..ROUNDS / 4];
    Measure {
        nanos: best.iter().sum::<Duration>().as_nanos() as f64 / (best.len() * CALLS) as f64,
        allocations: allocated as f64 / (ROUNDS * CALLS) as f64,
        bytes_out: bytes as f64 / (ROUNDS * CALLS) as f64,
    }
}
