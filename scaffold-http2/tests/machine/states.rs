//! Streams in each of their states, frame by frame (RFC 9113 section 5.1).

use scaffold_http2::{Cause, Config, ErrorCode, Field, ResetCause, Stream, Template};

use crate::support::wire::*;
use crate::support::{Event, Side};

fn answer(side: &mut Side, stream: Stream) {
    let head = Template::new(&[Field::new(":status", "200")]).unwrap();
    side.session()
        .send_headers(stream, &head, &[], true)
        .unwrap();
}

/// The frames that a stream can get, one of each.
fn each(id: u32) -> [(u8, Vec<u8>); 4] {
    [
        (DATA, data(id, b"hello")),
        (HEADERS, frame(HEADERS, 5, id, &literal("a", "b"))),
        (RESET, reset(id, 8)),
        (WINDOW, window(id, 1)),
    ]
}

#[test]
fn idle_takes_headers_and_priority_alone() {
    for (kind, bytes) in each(1).into_iter().filter(|(kind, _)| *kind != HEADERS) {
        let mut side = Side::server(Config::default());
        assert!(side.send(&bytes).is_err(), "{kind}");
        side.assert_ended(Cause::IdleStream);
    }
    let mut side = Side::server(Config::default());
    side.send(&frame(PRIORITY, 0, 1, &[0; 5])).unwrap();
    assert!(side.replies().is_empty());
    let mut side = Side::server(Config::default());
    assert!(side.send(&frame(CONTINUATION, 4, 1, GET)).is_err());
    side.assert_ended(Cause::BlockMissing);
}

#[test]
fn half_closed_remote_takes_no_more_of_the_message() {
    for (kind, bytes) in each(1) {
        let mut side = Side::server(Config::default());
        side.send(&[get(1), bytes].concat()).unwrap();
        let last = side.events().pop().unwrap();
        let cause = ResetCause::Local(Cause::AfterEnd);
        match kind {
            DATA | HEADERS => {
                assert_eq!(last, Event::Reset(1, ErrorCode::STREAM_CLOSED, cause));
            }
            RESET => assert_eq!(last, Event::Reset(1, ErrorCode::CANCEL, ResetCause::Peer)),
            _ => assert!(side.replies().is_empty()),
        }
    }
}

#[test]
fn closed_by_both_takes_only_what_crossed_its_end() {
    for (kind, bytes) in each(1) {
        let mut side = Side::server(Config::default());
        side.send(&get(1)).unwrap();
        let stream = side.seen.streams[0];
        answer(&mut side, stream);
        assert!(!side.session().is_open(stream));
        let sent = side.send(&bytes);
        match kind {
            DATA | HEADERS => {
                assert!(sent.is_err());
                side.assert_ended(Cause::ClosedStream);
            }
            _ => assert!(sent.is_ok()),
        }
    }
}

#[test]
fn reset_by_this_side_ignores_what_was_under_way() {
    let mut side = Side::server(Config::default());
    side.send(&post(1)).unwrap();
    let stream = side.seen.streams[0];
    side.session().reset(stream, ErrorCode::CANCEL).unwrap();
    assert_eq!(side.replies().len(), 1);
    side.events();
    for (_, bytes) in each(1) {
        side.send(&bytes).unwrap();
    }
    assert!(side.replies().is_empty() && side.events().is_empty());
    // The bytes count, and come back: a megabyte is the whole window.
    for _ in 0..100 {
        side.send(&data(1, &[0; 16_384])).unwrap();
    }
    assert!(
        side.replies()
            .iter()
            .all(|frame| (frame.kind, frame.stream) == (WINDOW, 0))
    );
}

#[test]
fn reset_by_the_peer_answers_once() {
    for (kind, bytes) in each(1) {
        let mut side = Side::server(Config::default());
        side.send(&[post(1), reset(1, 8)].concat()).unwrap();
        side.send(&[bytes.clone(), bytes].concat()).unwrap();
        let replies = side.replies();
        match kind {
            DATA | HEADERS => {
                assert_eq!((replies.len(), replies[0].kind), (1, RESET));
                assert_eq!(replies[0].payload, ErrorCode::STREAM_CLOSED.0.to_be_bytes());
            }
            _ => assert!(replies.is_empty()),
        }
    }
}

#[test]
fn blocks_are_decoded_whatever_becomes_of_their_stream() {
    let mut side = Side::server(Config::default());
    side.send(&post(1)).unwrap();
    let stream = side.seen.streams[0];
    side.session().reset(stream, ErrorCode::CANCEL).unwrap();
    // The trailers of a stream that is gone insert an entry.
    side.send(&frame(HEADERS, 5, 1, b"\x40\x01k\x01v")).unwrap();
    side.events();
    side.send(&frame(HEADERS, 5, 3, &[GET, &[0xbe]].concat()))
        .unwrap();
    let fields = vec![("k".to_owned(), "v".to_owned())];
    assert_eq!(
        side.events(),
        [Event::Head(3, "/".to_owned(), fields, true)]
    );
}

#[test]
fn identifiers_are_odd_and_go_up() {
    for bytes in [get(2), [get(5), get(3)].concat()] {
        let mut side = Side::server(Config::default());
        assert!(side.send(&bytes).is_err());
        side.assert_ended(Cause::StreamId);
    }
}

#[test]
fn handles_of_streams_that_are_over_reach_nothing() {
    let mut side = Side::server(Config::default());
    side.send(&get(1)).unwrap();
    let old = side.seen.streams[0];
    side.session().set_tag(old, 7);
    answer(&mut side, old);
    side.send(&get(3)).unwrap();
    let new = side.seen.streams[1];
    assert_eq!((old.index(), side.session().tag(new)), (new.index(), 0));
    let head = Template::new(&[Field::new(":status", "200")]).unwrap();
    let closed = Err(scaffold_http2::SendError::Closed);
    assert_eq!(side.session().send_headers(old, &head, &[], true), closed);
    assert_eq!(side.session().send_data(old, b"x", true), closed);
    assert_eq!(side.session().send_trailers(old, &head, &[]), closed);
    assert_eq!(side.session().reset(old, ErrorCode::CANCEL), closed);
    assert_eq!(side.session().capacity(old), 0);
}

#[test]
fn the_order_of_a_message_is_kept() {
    let mut side = Side::server(Config::default());
    side.send(&get(1)).unwrap();
    let stream = side.seen.streams[0];
    let order = Err(scaffold_http2::SendError::Order);
    let head = Template::new(&[Field::new(":status", "200")]).unwrap();
    let end = Template::new(&[Field::new("grpc-status", "0")]).unwrap();
    assert_eq!(side.session().send_data(stream, b"x", false), order);
    assert_eq!(side.session().send_trailers(stream, &end, &[]), order);
    side.session()
        .send_headers(stream, &head, &[], false)
        .unwrap();
    assert_eq!(
        side.session().send_headers(stream, &head, &[], false),
        order
    );
    let bad = [Field::new("x", "a\nb")];
    let field = Err(scaffold_http2::SendError::Field);
    assert_eq!(side.session().send_trailers(stream, &end, &bad), field);
    side.session().send_trailers(stream, &end, &[]).unwrap();
    let kinds: Vec<_> = side.replies().iter().map(|f| (f.kind, f.flags)).collect();
    assert_eq!(kinds, [(HEADERS, 4), (HEADERS, 5)]);
}

#[test]
fn repeated_blocks_are_resolved_once() {
    let mut side = Side::server(Config::default());
    for n in 0..100 {
        side.send(&get(n * 2 + 1)).unwrap();
        let stream = side.seen.streams[n as usize];
        answer(&mut side, stream);
    }
    assert_eq!(side.seen.resolved, 1);
    assert_eq!(side.session().counters().heads_recognised, 99);
    assert_eq!(side.session().counters().streams_completed, 100);
}
