//! A whole answer at once: the bytes of its three parts, or nothing.

use scaffold_http2::{Config, ErrorCode, Field, Indexing, SendError, Template};

use crate::support::Side;
use crate::support::wire::{self, *};

fn head() -> Template {
    let grpc = Field::new("content-type", "application/grpc").indexing(Indexing::Insert);
    Template::new(&[Field::new(":status", "200"), grpc]).unwrap()
}

fn trailers() -> Template {
    Template::new(&[Field::new("grpc-status", "0").indexing(Indexing::Insert)]).unwrap()
}

/// A server that has answered twice, so that its table holds the templates.
fn warm(config: Config, head: &Template, trailers: &Template) -> Side {
    let mut side = Side::server(config);
    for id in [1, 3] {
        side.send(&post(id)).unwrap();
        let stream = *side.seen.streams.last().unwrap();
        let session = side.session();
        session.send_headers(stream, head, &[], false).unwrap();
        session.send_trailers(stream, trailers, &[]).unwrap();
    }
    side.output();
    side.events();
    side
}

#[test]
fn is_what_three_parts_are() {
    let (head, trailers) = (head(), trailers());
    for (request, len) in [(post(5), 0), (post(5), 22), (post(5), 16_384), (get(5), 22)] {
        let answers = [true, false].map(|whole| {
            let mut side = warm(Config::default(), &head, &trailers);
            side.send(&request).unwrap();
            let stream = *side.seen.streams.last().unwrap();
            let (session, data) = (side.session(), vec![7; len]);
            if whole {
                session.send_whole(stream, &head, &data, &trailers).unwrap();
            } else {
                session.send_headers(stream, &head, &[], false).unwrap();
                session.send_data(stream, &data, false).unwrap();
                session.send_trailers(stream, &trailers, &[]).unwrap();
            }
            let (sent, received) = (session.counters().data_sent, session.open_streams());
            let mut frames = side.frames();
            frames.retain(|frame| frame.kind != DATA || !frame.payload.is_empty());
            (frames, sent, received)
        });
        assert_eq!(answers[0], answers[1], "{len} bytes");
        assert_eq!(answers[0].1, len as u64);
    }
}

#[test]
fn leaves_the_way_open_when_it_cannot() {
    let (head, trailers) = (head(), trailers());
    // The table does not hold the templates.
    let mut cold = Side::server(Config::default());
    cold.send(&post(1)).unwrap();
    let stream = cold.seen.streams[0];
    cold.output();
    let whole = |side: &mut Side, stream, data: &[u8]| {
        side.session().send_whole(stream, &head, data, &trailers)
    };
    assert_eq!(whole(&mut cold, stream, b"x"), Err(SendError::Full));
    assert_eq!(cold.output(), []);

    // More than a frame, or than the window.
    let mut side = warm(Config::default(), &head, &trailers);
    side.send(&post(5)).unwrap();
    let stream = *side.seen.streams.last().unwrap();
    assert_eq!(whole(&mut side, stream, &[0; 16_385]), Err(SendError::Full));
    side.send(&wire::settings(&[(4, 10)])).unwrap();
    side.output();
    assert_eq!(whole(&mut side, stream, &[0; 11]), Err(SendError::Full));
    // A table that shrank is told of first.
    side.send(&wire::settings(&[(1, 0)])).unwrap();
    side.output();
    assert_eq!(whole(&mut side, stream, b"x"), Err(SendError::Full));
    assert_eq!(side.output(), []);

    // What cannot be answered.
    side.session()
        .send_headers(stream, &head, &[], false)
        .unwrap();
    assert_eq!(whole(&mut side, stream, b"x"), Err(SendError::Order));
    side.session().reset(stream, ErrorCode::CANCEL).unwrap();
    assert_eq!(whole(&mut side, stream, b"x"), Err(SendError::Closed));
    let mut small = warm(Config::default(), &head, &trailers);
    small.send(&wire::settings(&[(6, 40)])).unwrap();
    small.send(&post(5)).unwrap();
    let stream = *small.seen.streams.last().unwrap();
    assert_eq!(whole(&mut small, stream, b"x"), Err(SendError::Field));
}
