//! Windows in both directions.

use bytes::Bytes;
use scaffold_http2::{Cause, Config, ErrorCode, Field, ResetCause, SendError, Stream, Template};

use crate::support::wire::{self, *};
use crate::support::{Event, Side};

fn opened(config: Config) -> (Side, Stream) {
    let mut side = Side::server(config);
    side.send(&post(1)).unwrap();
    let stream = side.seen.streams[0];
    let head = Template::new(&[Field::new(":status", "200")]).unwrap();
    side.session()
        .send_headers(stream, &head, &[], false)
        .unwrap();
    side.output();
    side.events();
    (side, stream)
}

fn sent(side: &mut Side) -> Vec<(u32, usize, bool)> {
    let data = side.frames().into_iter().filter(|frame| frame.kind == DATA);
    data.map(|frame| (frame.stream, frame.payload.len(), frame.flags & END != 0))
        .collect()
}

#[test]
fn data_waits_for_windows() {
    let (mut side, stream) = opened(Config::default());
    side.session()
        .send_bytes(stream, Bytes::from(vec![1; 70_000]), true)
        .unwrap();
    let first = [
        (1, 16_384, false),
        (1, 16_384, false),
        (1, 16_384, false),
        (1, 16_383, false),
    ];
    assert_eq!(sent(&mut side), first);
    side.send(&window(1, 100_000)).unwrap();
    assert_eq!(sent(&mut side), []);
    side.send(&window(0, 1)).unwrap();
    assert_eq!(sent(&mut side), [(1, 1, false)]);
    side.send(&window(0, 100_000)).unwrap();
    assert_eq!(sent(&mut side), [(1, 4_464, true)]);
}

#[test]
fn an_end_alone_does_not_overtake_what_is_queued() {
    let (mut side, stream) = opened(Config::default());
    side.session()
        .send_bytes(stream, Bytes::from(vec![1; 10_000]), false)
        .unwrap();
    let frame = side.session().data_frame(stream, 0);
    assert_eq!(frame.err(), Some(SendError::Full));
    side.session().send_data(stream, b"", true).unwrap();
    assert_eq!(sent(&mut side), [(1, 10_000, true)]);
}

#[test]
fn windows_go_below_zero() {
    let (mut side, stream) = opened(Config::default());
    side.session().send_data(stream, &[1; 100], false).unwrap();
    side.send(&wire::settings(&[(4, 50)])).unwrap();
    assert_eq!(side.session().capacity(stream), 0);
    side.output();
    side.session().send_data(stream, &[1; 10], true).unwrap();
    side.send(&window(1, 50)).unwrap();
    assert_eq!(sent(&mut side), []);
    side.send(&window(1, 3)).unwrap();
    assert_eq!(sent(&mut side), [(1, 3, false)]);
    side.send(&wire::settings(&[(4, 1_000)])).unwrap();
    assert_eq!(sent(&mut side), [(1, 7, true)]);
}

#[test]
fn windows_do_not_overflow() {
    let (mut side, _) = opened(Config::default());
    side.send(&window(1, 0x7fff_ffff)).unwrap();
    let cause = ResetCause::Local(Cause::StreamWindowOverflow);
    let reset = Event::Reset(1, ErrorCode::FLOW_CONTROL_ERROR, cause);
    assert_eq!(side.events(), [reset]);
    let (mut side, _) = opened(Config::default());
    side.send(&window(1, 0x7fff_ffff - 65_535)).unwrap();
    assert!(side.send(&wire::settings(&[(4, 65_536)])).is_err());
    side.assert_ended(Cause::WindowOverflow);
}

#[test]
fn streams_take_turns() {
    let mut side = Side::server(Config::default());
    let head = Template::new(&[Field::new(":status", "200")]).unwrap();
    side.send(&window(0, 1 << 20)).unwrap();
    for n in 0..3 {
        side.send(&get(n * 2 + 1)).unwrap();
        let stream = side.seen.streams[n as usize];
        side.session()
            .send_headers(stream, &head, &[], false)
            .unwrap();
        side.session()
            .send_bytes(stream, Bytes::from(vec![1; 40_000]), true)
            .unwrap();
    }
    let order: Vec<_> = sent(&mut side).iter().map(|(stream, ..)| *stream).collect();
    assert_eq!(order, [1, 3, 5, 1, 3, 5, 1, 3, 5]);
}

#[test]
fn trailers_wait_for_the_data_in_front() {
    let (mut side, stream) = opened(Config::default());
    let trailers = Template::new(&[Field::new("grpc-status", "0")]).unwrap();
    side.session()
        .send_bytes(stream, Bytes::from(vec![1; 65_536]), false)
        .unwrap();
    side.session()
        .send_trailers(stream, &trailers, &[])
        .unwrap();
    assert_eq!(
        side.session().send_data(stream, b"x", false),
        Err(SendError::Order)
    );
    assert!(side.frames().iter().all(|frame| frame.kind == DATA));
    side.send(&[window(0, 10), window(1, 10)].concat()).unwrap();
    let kinds: Vec<_> = side.frames().iter().map(|f| (f.kind, f.flags)).collect();
    assert_eq!(kinds, [(DATA, 0), (HEADERS, 5)]);
}

#[test]
fn full_queues_say_when_they_have_room() {
    let (mut side, stream) = opened(Config::default());
    let piece = Bytes::from(vec![1; 60_000]);
    side.session()
        .send_bytes(stream, piece.clone(), false)
        .unwrap();
    side.output();
    side.session()
        .send_bytes(stream, piece.clone(), false)
        .unwrap();
    side.output();
    let full = side.session().send_bytes(stream, piece, false);
    assert_eq!(full, Err(SendError::Full));
    side.output();
    assert_eq!(side.events(), []);
    side.send(&[window(0, 40_000), window(1, 40_000)].concat())
        .unwrap();
    side.output();
    assert_eq!(side.events(), [Event::Writable(1)]);
}

#[test]
fn asking_for_room() {
    let (mut side, stream) = opened(Config::default());
    side.send(&wire::settings(&[(4, 0)])).unwrap();
    side.session().want_room(stream);
    side.output();
    side.events();
    side.send(&window(1, 9)).unwrap();
    side.output();
    assert_eq!(side.events(), [Event::Writable(1)]);
    assert_eq!(side.session().capacity(stream), 9);
    side.send(&window(1, 9)).unwrap();
    side.output();
    assert_eq!(side.events(), []);
}

#[test]
fn frames_written_in_place() {
    let (mut side, stream) = opened(Config::default());
    let mut frame = side.session().data_frame(stream, 100).unwrap();
    frame.buffer().extend_from_slice(b"in place");
    assert_eq!(frame.remaining(), 92);
    frame.finish(false).unwrap();
    // Dropped, empty, and too long: nothing of it stays.
    side.session()
        .data_frame(stream, 5)
        .unwrap()
        .buffer()
        .push(1);
    side.session()
        .data_frame(stream, 0)
        .unwrap()
        .finish(false)
        .unwrap();
    let mut long = side.session().data_frame(stream, 2).unwrap();
    long.buffer().extend_from_slice(b"abc");
    assert_eq!(long.finish(false), Err(SendError::Full));
    side.session()
        .data_frame(stream, 0)
        .unwrap()
        .finish(true)
        .unwrap();
    assert_eq!(sent(&mut side), [(1, 8, false), (1, 0, true)]);
    let after = side.session().data_frame(stream, 0).map(|_| ());
    assert_eq!(after, Err(SendError::Order));
}

#[test]
fn no_frame_above_the_window() {
    let (mut side, stream) = opened(Config::default());
    side.session()
        .send_data(stream, &[0; 16_384], false)
        .unwrap();
    assert_eq!(side.session().capacity(stream), 16_384);
    let wide = side.session().data_frame(stream, 16_385).map(|_| ());
    assert_eq!(wide, Err(SendError::Full));
}

#[test]
fn received_bytes_count_until_released() {
    let (mut side, stream) = opened(Config::default());
    side.seen.hold = true;
    for _ in 0..16 {
        side.send(&data(1, &[0; 16_384])).unwrap();
    }
    assert_eq!(side.session().unreleased(stream), 256 << 10);
    assert!(side.replies().is_empty());
    side.send(&data(1, b"x")).unwrap();
    let cause = ResetCause::Local(Cause::StreamWindowExceeded);
    let reset = Event::Reset(1, ErrorCode::FLOW_CONTROL_ERROR, cause);
    assert_eq!(side.events().last(), Some(&reset));
}

#[test]
fn the_connection_has_a_window_too() {
    let (mut side, _) = opened(Config::default());
    side.seen.hold = true;
    side.send(&[post(3), post(5), post(7), post(9)].concat())
        .unwrap();
    for id in [1, 3, 5, 7] {
        for _ in 0..16 {
            side.send(&data(id, &[0; 16_384])).unwrap();
        }
    }
    assert!(side.send(&data(9, b"x")).is_err());
    side.assert_ended(Cause::WindowExceeded);
}

#[test]
fn updates_come_by_the_half_window() {
    let (mut side, stream) = opened(Config::default());
    side.seen.hold = true;
    for _ in 0..16 {
        side.send(&data(1, &[0; 16_384])).unwrap();
    }
    side.session().release(stream, (128 << 10) - 1);
    assert!(side.replies().is_empty());
    side.session().release(stream, 1);
    assert_eq!(side.output(), window(1, 128 << 10));
    // More than was received means all of it.
    side.session().release(stream, usize::MAX);
    assert_eq!(side.session().unreleased(stream), 0);
    assert_eq!(side.output(), window(1, 128 << 10));
}

#[test]
fn a_stream_that_ends_gives_its_bytes_back() {
    let mut side = Side::server(Config::default());
    side.seen.hold = true;
    // Ten megabytes that nobody releases, through a window of one.
    for n in 0..640 {
        let id = n * 2 + 1;
        side.send(&[post(id), data(id, &[0; 16_384])].concat())
            .unwrap();
        let stream = side.seen.streams[n as usize];
        side.session().reset(stream, ErrorCode::NO_ERROR).unwrap();
    }
    assert!(side.replies().iter().any(|frame| frame.kind == WINDOW));
}

#[test]
fn padding_counts_and_is_given_back() {
    let (mut side, stream) = opened(Config::default());
    side.seen.hold = true;
    let payload = [&[200][..], b"hello", &[0; 200]].concat();
    for _ in 0..5_000 {
        side.send(&frame(DATA, PADDED, 1, &payload)).unwrap();
    }
    assert_eq!(side.session().unreleased(stream), 25_000);
    let given: u32 = side
        .replies()
        .iter()
        .filter(|frame| frame.stream == 1)
        .map(|frame| u32::from_be_bytes(frame.payload[..].try_into().unwrap()))
        .sum();
    assert!(given > 800_000, "{given}");
}

#[test]
fn windows_grow_when_they_hold_the_peer_up() {
    let config = Config {
        max_window: Some(1 << 20),
        ..Config::default()
    };
    let (mut side, _) = opened(config);
    side.send(&data(1, &[0; 16_384])).unwrap();
    let ping = side.replies().pop().unwrap();
    assert_eq!((ping.kind, ping.flags), (PING, 0));
    // Nearly a window arrives before the answer.
    for _ in 0..12 {
        side.send(&data(1, &[0; 16_384])).unwrap();
    }
    side.output();
    side.send(&frame(PING, ACK, 0, &ping.payload)).unwrap();
    let grown = side.frames();
    assert_eq!(
        grown[0].payload,
        [&[0, 4][..], &(512u32 << 10).to_be_bytes()].concat()
    );
    // Little arrives before the next: nothing happens.
    side.send(&data(1, &[0; 16_384])).unwrap();
    side.output();
    side.send(&frame(PING, ACK, 0, &ping.payload)).unwrap();
    assert!(side.frames().is_empty());
}
