//! The preface, and frames about the connection.

use scaffold_http2::{Cause, Config, Field, Role, Template};

use crate::support::wire::{self, *};
use crate::support::{Event, Side};

fn ended(bytes: &[u8], cause: Cause) {
    let mut side = Side::server(Config::default());
    assert!(side.send(bytes).is_err(), "{cause:?}");
    side.assert_ended(cause);
}

#[test]
fn greetings() {
    let mut server = Side::new(Role::Server, Config::default());
    let frames = server.frames();
    let setting =
        |id: u16, value: u32| [id.to_be_bytes().to_vec(), value.to_be_bytes().to_vec()].concat();
    let payload = [setting(3, 200), setting(4, 256 << 10), setting(6, 16 << 10)].concat();
    assert_eq!((frames[0].kind, &frames[0].payload), (SETTINGS, &payload));
    assert_eq!(frames[1].payload, ((1u32 << 20) - 65_535).to_be_bytes());
    let mut client = Side::new(Role::Client, Config::default());
    let bytes = client.output();
    let frames = parse(bytes.strip_prefix(PREFACE).unwrap());
    let payload = [setting(2, 0), setting(4, 256 << 10), setting(6, 16 << 10)].concat();
    assert_eq!((frames[0].kind, &frames[0].payload), (SETTINGS, &payload));
}

/// HTTP/1.1, TLS and noise are noticed at once and answered with nothing.
#[test]
fn h19_other_protocols() {
    for bytes in [
        &b"GET / HTTP/1.1\r\n"[..],
        b"\x16\x03\x01",
        b"PRI * HTTP/1",
        b"\0",
    ] {
        let mut side = Side::new(Role::Server, Config::default());
        let error = side.send(bytes).unwrap_err();
        assert_eq!(error.cause, Cause::BadPreface);
        assert!(side.output().is_empty());
    }
}

#[test]
fn the_preface_may_come_in_pieces() {
    let mut side = Side::new(Role::Server, Config::default());
    for byte in PREFACE {
        side.send(&[*byte]).unwrap();
    }
    side.send(&wire::settings(&[])).unwrap();
    assert_eq!(side.events(), [Event::Settings]);
}

#[test]
fn settings_come_first() {
    for bytes in [
        get(1),
        frame(PING, 0, 0, &[0; 8]),
        frame(SETTINGS, ACK, 0, &[]),
        frame(77, 0, 0, &[]),
    ] {
        let mut side = Side::new(Role::Server, Config::default());
        side.send(PREFACE).unwrap();
        assert_eq!(
            side.send(&bytes).unwrap_err().cause,
            Cause::SettingsExpected
        );
    }
}

#[test]
fn values_of_settings() {
    ended(&wire::settings(&[(2, 2)]), Cause::BadSetting);
    ended(&wire::settings(&[(4, 1 << 31)]), Cause::BadInitialWindow);
    ended(&wire::settings(&[(5, 16_383)]), Cause::BadSetting);
    ended(&wire::settings(&[(5, 1 << 24)]), Cause::BadSetting);
    ended(&wire::settings(&[(8, 2)]), Cause::BadSetting);
    let mut side = Side::server(Config::default());
    let fine = [
        (1, 0),
        (2, 1),
        (3, 0),
        (4, 0x7fff_ffff),
        (5, 0xff_ffff),
        (6, 0),
        (999, 1),
    ];
    side.send(&wire::settings(&fine)).unwrap();
    let frames = side.frames();
    assert_eq!((frames[0].kind, frames[0].flags), (SETTINGS, ACK));
    // A server that allows pushes to a client that never asked.
    let mut client = Side::client(Config::default());
    assert!(client.send(&wire::settings(&[(2, 1)])).is_err());
    client.assert_ended(Cause::BadSetting);
}

#[test]
fn lengths_and_streams_of_frames() {
    for (bytes, cause) in [
        (frame(SETTINGS, 0, 0, &[0; 5]), Cause::FrameLength),
        (frame(SETTINGS, ACK, 0, &[0; 6]), Cause::FrameLength),
        (frame(SETTINGS, 0, 1, &[]), Cause::WrongStream),
        (frame(PING, 0, 0, &[0; 7]), Cause::FrameLength),
        (frame(PING, 0, 1, &[0; 8]), Cause::WrongStream),
        (frame(GOAWAY, 0, 0, &[0; 7]), Cause::FrameLength),
        (frame(GOAWAY, 0, 1, &[0; 8]), Cause::WrongStream),
        (frame(WINDOW, 0, 0, &[0; 3]), Cause::FrameLength),
        (frame(RESET, 0, 1, &[0; 3]), Cause::FrameLength),
        (frame(RESET, 0, 0, &[0; 4]), Cause::WrongStream),
        (frame(DATA, 0, 0, b"x"), Cause::WrongStream),
        (frame(HEADERS, 5, 0, GET), Cause::WrongStream),
        (frame(PRIORITY, 0, 0, &[0; 5]), Cause::WrongStream),
        (frame(PRIORITY, 0, 1, &[0; 4]), Cause::PriorityLength),
        (
            frame(PRIORITY, 0, 1, &[0, 0, 0, 1, 0]),
            Cause::SelfDependency,
        ),
        (frame(HEADERS, 5 | PADDED, 1, &[9, 0x82]), Cause::Padding),
        (frame(HEADERS, 5 | PRIO, 1, &[0; 4]), Cause::FrameLength),
        (
            [post(1), frame(DATA, PADDED, 1, &[9, 1])].concat(),
            Cause::Padding,
        ),
        (frame(PUSH, 4, 1, &[0, 0, 0, 2]), Cause::Push),
        (frame(HEADERS, 5, 1, &[0x80]), Cause::Compression),
        (window(0, 0), Cause::WindowZero),
        (
            [window(0, 0x7fff_ffff), window(0, 1)].concat(),
            Cause::WindowOverflow,
        ),
        // The header alone is enough.
        (
            frame(DATA, 0, 1, &[0; 16_385])[..9].to_vec(),
            Cause::FrameTooLarge,
        ),
    ] {
        ended(&bytes, cause);
    }
}

#[test]
fn nothing_comes_between_the_frames_of_a_block() {
    for other in [
        get(3),
        data(1, b"x"),
        frame(CONTINUATION, 4, 3, GET),
        frame(77, 0, 0, &[]),
        frame(PING, 0, 0, &[0; 8]),
    ] {
        let bytes = [frame(HEADERS, 0, 1, &GET[..1]), other].concat();
        ended(&bytes, Cause::BlockInterrupted);
    }
    let mut side = Side::server(Config::default());
    let bytes = [
        frame(
            HEADERS,
            END | PADDED | PRIO,
            1,
            &[2, 0x80, 0, 0, 0, 7, 0x82, 0, 0],
        ),
        frame(CONTINUATION, 0, 1, &[]),
        frame(CONTINUATION, END_HEADERS, 1, &GET[1..]),
    ];
    side.send(&bytes.concat()).unwrap();
    assert_eq!(
        side.events(),
        [Event::Head(1, "/".to_owned(), vec![], true)]
    );
}

#[test]
fn pings_are_answered_and_answers_are_told() {
    let mut side = Side::server(Config::default());
    side.send(&frame(PING, 0, 0, b"12345678")).unwrap();
    let replies = side.replies();
    assert_eq!((replies[0].kind, replies[0].flags), (PING, ACK));
    assert_eq!(replies[0].payload, b"12345678");
    side.session().ping(42).unwrap();
    let ping = side.replies();
    assert_eq!(
        (ping[0].flags, &ping[0].payload[..]),
        (0, &42u64.to_be_bytes()[..])
    );
    side.send(&frame(PING, ACK, 0, &ping[0].payload)).unwrap();
    assert_eq!(side.events(), [Event::Pong(42)]);
}

#[test]
fn after_the_end_nothing_happens() {
    let mut side = Side::server(Config::default());
    side.send(&get(1)).unwrap();
    let stream = side.seen.streams[0];
    assert!(side.send(&window(0, 0)).is_err());
    side.output();
    side.events();
    side.send(&get(3)).unwrap();
    assert_eq!(side.unread(), 0);
    assert!(side.events().is_empty() && side.output().is_empty());
    assert_eq!(
        side.session().ping(1),
        Err(scaffold_http2::SendError::Closed)
    );
    assert!(!side.session().is_open(stream));
    assert_eq!(side.connection.deadline(), None);
}

/// gRPC clients measure the bandwidth-delay product with a ping per round
/// trip for as long as data comes in, on one stream that never ends.
#[test]
fn pings_that_measure_a_download_are_tolerated() {
    let mut side = Side::server(Config::default());
    side.send(&get(1)).unwrap();
    let stream = side.seen.streams.pop().unwrap();
    let head = Template::new(&[Field::new(":status", "200")]).unwrap();
    let session = side.session();
    session.send_headers(stream, &head, &[], false).unwrap();
    for _ in 0..10_000 {
        side.session().send_data(stream, b"x", false).unwrap();
        side.output();
        side.send(&frame(PING, 0, 0, &[2, 4, 16, 16, 9, 14, 7, 7]))
            .unwrap();
        side.send(&[window(0, 1), window(1, 1)].concat()).unwrap();
    }
    // Without data in between they are too many at once.
    let (cause, sent) = side.flood(1_000, |_| frame(PING, 0, 0, &[0; 8]));
    assert_eq!((cause, sent), (Cause::TooManyPings, 2));
}
