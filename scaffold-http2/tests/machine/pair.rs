//! Both roles talking to each other: however the bytes between them are cut,
//! each side sees the same, and all that was sent arrives.

use std::collections::BTreeMap;

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use scaffold_http2::{
    Config, ErrorCode, Field, Handler, Head, Indexing, Reset, Role, Session, Stream, Template,
};

use crate::support::{Event, Recorder, Side};

/// One call.
#[derive(Clone, Debug)]
struct Call {
    request: Vec<usize>,
    /// The response's body in one piece, and how it is sent.
    response: usize,
    way: u8,
    trailers: bool,
    metadata: Option<String>,
    /// The client gives up after the request's head.
    give_up: bool,
}

fn call() -> impl Strategy<Value = Call> {
    let size = || prop_oneof![4 => 0usize..100, 2 => 0usize..40_000, 1 => 60_000usize..200_000];
    (
        vec(size(), 0..4),
        size(),
        0u8..3,
        any::<bool>(),
        proptest::option::of("[a-z]{1,20}"),
        proptest::bool::weighted(0.1),
    )
        .prop_map(
            |(request, response, way, trailers, metadata, give_up)| Call {
                request,
                response,
                way,
                trailers,
                metadata,
                give_up,
            },
        )
}

/// Answers as the path says.
struct Answering {
    seen: Recorder,
    wanted: BTreeMap<u32, (usize, u8, bool)>,
}

impl Answering {
    fn answer(&mut self, session: &mut Session, stream: Stream) {
        let Some((size, way, trailers)) = self.wanted.remove(&stream.id()) else {
            return;
        };
        let head = Template::new(&[
            Field::new(":status", "200"),
            Field::new("content-type", "application/grpc").indexing(Indexing::Insert),
        ]);
        session
            .send_headers(stream, &head.unwrap(), &[], false)
            .unwrap();
        let body = vec![stream.id() as u8; size];
        match way {
            0 => session.send_data(stream, &body, !trailers).unwrap(),
            1 => session
                .send_bytes(stream, Bytes::from(body), !trailers)
                .unwrap(),
            _ if session.capacity(stream) >= size => {
                let mut frame = session.data_frame(stream, size).unwrap();
                frame.buffer().extend_from_slice(&body);
                frame.finish(!trailers).unwrap();
            }
            _ => session.send_data(stream, &body, !trailers).unwrap(),
        }
        if trailers {
            let end = Template::new(&[Field::new("grpc-status", "0").indexing(Indexing::Insert)]);
            session.send_trailers(stream, &end.unwrap(), &[]).unwrap();
        }
    }
}

impl Handler for Answering {
    fn resolve(&mut self, head: &Head<'_>) -> u64 {
        self.seen.resolve(head)
    }

    fn head(&mut self, session: &mut Session, stream: Stream, head: &Head<'_>, end: bool) {
        let path = std::str::from_utf8(head.path()).unwrap();
        let mut parts = path
            .split('/')
            .skip(1)
            .map(|part| part.parse::<usize>().unwrap());
        let mut next = || parts.next().unwrap();
        self.wanted
            .insert(stream.id(), (next(), next() as u8, next() == 1));
        self.seen.head(session, stream, head, end);
        if end {
            self.answer(session, stream);
        }
    }

    fn data(&mut self, session: &mut Session, stream: Stream, bytes: &[u8], end: bool) {
        self.seen.data(session, stream, bytes, end);
        if end {
            self.answer(session, stream);
        }
    }

    fn trailers(&mut self, session: &mut Session, stream: Stream, trailers: &Head<'_>) {
        self.seen.trailers(session, stream, trailers);
        self.answer(session, stream);
    }

    fn reset(&mut self, session: &mut Session, stream: Stream, reset: Reset) {
        self.seen.reset(session, stream, reset);
    }
}

/// What a side saw of each stream; where DATA was cut is nobody's business.
fn by_stream(events: &[Event]) -> BTreeMap<u32, Vec<Event>> {
    let mut streams: BTreeMap<u32, Vec<Event>> = BTreeMap::new();
    for event in events {
        let id = match event {
            Event::Head(id, ..)
            | Event::Data(id, ..)
            | Event::Trailers(id, ..)
            | Event::Reset(id, ..) => *id,
            _ => continue,
        };
        let log = streams.entry(id).or_default();
        match (log.last_mut(), event) {
            (Some(Event::Data(_, all, ended)), Event::Data(_, bytes, end)) => {
                all.extend_from_slice(bytes);
                *ended |= end;
            }
            _ => log.push(event.clone()),
        }
    }
    streams
}

type Logs = (BTreeMap<u32, Vec<Event>>, BTreeMap<u32, Vec<Event>>);

fn run(calls: &[Call], cuts: &[usize]) -> Logs {
    let mut client = Side::new(Role::Client, Config::default());
    let mut server = Side::new(Role::Server, Config::default());
    let mut answering = Answering {
        seen: Recorder::default(),
        wanted: BTreeMap::new(),
    };
    for call in calls {
        let path = format!(
            "/{}/{}/{}",
            call.response,
            call.way,
            u8::from(call.trailers)
        );
        let request = Template::new(&[
            Field::new(":method", "POST"),
            Field::new(":scheme", "http"),
            Field::new(":path", &path).indexing(Indexing::Insert),
        ]);
        let metadata = call.metadata.as_deref().unwrap_or("");
        let extra = [Field::new("x-metadata", metadata).indexing(Indexing::Insert)];
        let extra = &extra[..usize::from(call.metadata.is_some())];
        let session = client.session();
        let none = call.request.is_empty() && !call.give_up;
        let stream = session.open(&request.unwrap(), extra, none).unwrap();
        if call.give_up {
            session.reset(stream, ErrorCode::CANCEL).unwrap();
            continue;
        }
        // The queue takes one piece of any length, so all go as one.
        let body: Vec<u8> = call
            .request
            .iter()
            .flat_map(|&size| vec![7; size])
            .collect();
        if !none {
            session.send_bytes(stream, Bytes::from(body), true).unwrap();
        }
    }
    let (mut up, mut down) = (Vec::new(), Vec::new());
    let mut held = Vec::new();
    let mut cuts = cuts.iter().copied().cycle();
    loop {
        up.extend(client.output());
        // The answering handler stands in for the side's own recorder.
        server.connection.flush(server.now, &mut answering);
        down.extend(server.output());
        if up.is_empty() && down.is_empty() {
            break;
        }
        let cut = cuts.next().unwrap().min(up.len());
        held.extend(up.drain(..cut));
        let used = server.connection.receive(&held, server.now, &mut answering);
        held.drain(..used.unwrap());
        let cut = cuts.next().unwrap().min(down.len());
        let part: Vec<u8> = down.drain(..cut).collect();
        client.send(&part).unwrap();
    }
    assert!(held.is_empty());
    assert_eq!(client.session().open_streams(), 0);
    assert_eq!(server.session().open_streams(), 0);
    (
        by_stream(&answering.seen.events),
        by_stream(&client.seen.events),
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_split_gives_the_same_events(
        calls in vec(call(), 1..8),
        cuts in vec(prop_oneof![1usize..20, 1usize..5_000, Just(1usize << 20)], 1..20),
    ) {
        let whole = run(&calls, &[usize::MAX]);
        // Single bytes of megabytes would take all day.
        let least = calls.iter().map(|c| c.response + c.request.iter().sum::<usize>()).sum::<usize>();
        let cuts: Vec<_> = cuts.iter().map(|cut| cut + least / 10_000).collect();
        prop_assert_eq!(&run(&calls, &cuts), &whole);
        for (number, call) in calls.iter().enumerate() {
            let id = number as u32 * 2 + 1;
            let (server, client) = (&whole.0[&id], whole.1.get(&id));
            if call.give_up {
                prop_assert!(matches!(server[..], [Event::Head(..), Event::Reset(..)]));
                prop_assert_eq!(client, None);
                continue;
            }
            let sent: usize = call.request.iter().sum();
            let received = server.iter().map(|event| match event {
                Event::Data(_, bytes, _) => bytes.len(),
                _ => 0,
            });
            prop_assert_eq!(received.sum::<usize>(), sent);
            let client = client.unwrap();
            let body = client.iter().find_map(|event| match event {
                Event::Data(_, bytes, _) => Some(bytes.clone()),
                _ => None,
            });
            prop_assert_eq!(body.unwrap_or_default(), vec![id as u8; call.response]);
            let trailers = matches!(client.last(), Some(Event::Trailers(..)));
            prop_assert_eq!(trailers, call.trailers);
        }
    }
}
