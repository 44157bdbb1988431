//! The asking side.

use scaffold_http2::{
    Cause, Config, ErrorCode, Field, OpenError, ResetCause, Role, SendError, Stream, Template,
};

use crate::support::wire::{self, *};
use crate::support::{Event, Side};

fn request() -> Template {
    Template::new(&[
        Field::new(":method", "POST"),
        Field::new(":scheme", "http"),
        Field::new(":path", "/"),
    ])
    .unwrap()
}

fn asking() -> (Side, Stream) {
    let mut side = Side::client(Config::default());
    let stream = side.session().open(&request(), &[], true).unwrap();
    side.output();
    (side, stream)
}

#[test]
fn a_call() {
    let (mut side, stream) = asking();
    let trailers = frame(HEADERS, 5, 1, &literal("grpc-status", "0"));
    let bytes = [frame(HEADERS, 4, 1, OK), data(1, b"hello"), trailers];
    side.send(&bytes.concat()).unwrap();
    assert_eq!(
        side.events(),
        [
            Event::Head(1, "200".to_owned(), vec![], false),
            Event::Data(1, b"hello".to_vec(), false),
            Event::Trailers(1, vec![("grpc-status".to_owned(), "0".to_owned())]),
        ]
    );
    assert!(!side.session().is_open(stream));
    assert_eq!(side.session().counters().streams_completed, 1);
}

#[test]
fn interim_responses_are_skipped() {
    let (mut side, _) = asking();
    let interim = [literal(":status", "103"), literal("link", "x")].concat();
    side.send(&[frame(HEADERS, 4, 1, &interim), frame(HEADERS, 5, 1, OK)].concat())
        .unwrap();
    assert_eq!(
        side.events(),
        [Event::Head(1, "200".to_owned(), vec![], true)]
    );
}

#[test]
fn responses_that_are_none() {
    let status = |text| literal(":status", text);
    for (bytes, cause) in [
        (data(1, b"hello"), Cause::DataBeforeHead),
        (frame(HEADERS, 5, 1, &status("101")), Cause::BadStatus),
        (frame(HEADERS, 5, 1, &status("100")), Cause::InterimEnd),
        (
            frame(HEADERS, 5, 1, &literal("a", "b")),
            Cause::MissingPseudo,
        ),
        (frame(HEADERS, 5, 1, GET), Cause::MisplacedPseudo),
        (
            [frame(HEADERS, 4, 1, OK), frame(HEADERS, 4, 1, OK)].concat(),
            Cause::TrailersWithoutEnd,
        ),
    ] {
        let (mut side, _) = asking();
        side.send(&bytes).unwrap();
        let reset = Event::Reset(1, ErrorCode::PROTOCOL_ERROR, ResetCause::Local(cause));
        assert_eq!(side.events().last(), Some(&reset));
        assert_eq!(side.replies().pop().map(|frame| frame.kind), Some(RESET));
    }
    let (mut side, _) = asking();
    let large = [OK, &literal("x", &"a".repeat(20_000))].concat();
    let parts = [
        frame(HEADERS, 1, 1, &large[..16_000]),
        frame(CONTINUATION, 4, 1, &large[16_000..]),
    ];
    side.send(&parts.concat()).unwrap();
    let cause = ResetCause::Local(Cause::HeaderListTooLarge);
    assert_eq!(
        side.events(),
        [Event::Reset(1, ErrorCode::ENHANCE_YOUR_CALM, cause)]
    );
}

#[test]
fn a_server_opens_nothing() {
    for (bytes, cause) in [
        (frame(HEADERS, 5, 2, OK), Cause::IdleStream),
        (frame(HEADERS, 5, 3, OK), Cause::IdleStream),
        (frame(PUSH, 4, 1, &[0, 0, 0, 2, 0x82]), Cause::Push),
    ] {
        let (mut side, _) = asking();
        assert!(side.send(&bytes).is_err());
        side.assert_ended(cause);
    }
}

#[test]
fn late_answers_to_calls_that_were_given_up() {
    let (mut side, stream) = asking();
    side.session().reset(stream, ErrorCode::CANCEL).unwrap();
    // So many later that the stream is forgotten.
    for _ in 0..2_000 {
        let stream = side.session().open(&request(), &[], true).unwrap();
        let answer = frame(HEADERS, 5, stream.id(), OK);
        side.send(&answer).unwrap();
    }
    side.events();
    let answer = [frame(HEADERS, 4, 1, OK), frame(DATA, END, 1, b"too late")];
    side.send(&answer.concat()).unwrap();
    assert!(side.events().is_empty());
}

#[test]
fn the_stream_limit_of_the_server() {
    let mut side = Side::client(Config::default());
    side.send(&wire::settings(&[(3, 1)])).unwrap();
    let first = side.session().open(&request(), &[], true).unwrap();
    let second = side.session().open(&request(), &[], true);
    assert_eq!(second, Err(OpenError::TooManyStreams));
    side.send(&frame(HEADERS, 5, 1, OK)).unwrap();
    assert!(!side.session().is_open(first));
    assert_eq!(side.session().can_open(), Ok(()));
}

#[test]
fn goaway_names_what_may_be_sent_again() {
    let mut side = Side::client(Config::default());
    for _ in 0..3 {
        side.session().open(&request(), &[], true).unwrap();
    }
    let away = |last: u32| [&last.to_be_bytes()[..], &[0; 4], b"bye"].concat();
    side.send(&frame(GOAWAY, 0, 0, &away(0x7fff_ffff))).unwrap();
    assert_eq!(
        side.events(),
        [Event::GoAway(
            0x7fff_ffff,
            ErrorCode::NO_ERROR,
            b"bye".to_vec()
        )]
    );
    side.send(&frame(GOAWAY, 0, 0, &away(3))).unwrap();
    assert_eq!(
        side.events(),
        [
            Event::Reset(5, ErrorCode::REFUSED_STREAM, ResetCause::GoAway),
            Event::GoAway(3, ErrorCode::NO_ERROR, b"bye".to_vec()),
        ]
    );
    assert_eq!(side.session().can_open(), Err(OpenError::GoingAway));
    side.send(&[frame(HEADERS, 5, 1, OK), frame(HEADERS, 5, 3, OK)].concat())
        .unwrap();
    assert_eq!(side.session().open_streams(), 0);
}

#[test]
fn a_server_cannot_open_and_a_dead_client_neither() {
    let mut server = Side::server(Config::default());
    assert_eq!(
        server.session().open(&request(), &[], true),
        Err(OpenError::Closed)
    );
    let mut client = Side::client(Config::default());
    client.session().abort(ErrorCode::NO_ERROR, "test");
    assert_eq!(
        client.session().open(&request(), &[], true),
        Err(OpenError::Closed)
    );
    assert_eq!(client.frames().pop().unwrap().payload[8..], *b"test");
}

#[test]
fn lists_the_server_does_not_want_are_not_sent() {
    let mut side = Side::client(Config::default());
    side.send(&wire::settings(&[(6, 200)])).unwrap();
    let long = "v".repeat(200);
    let extra = [Field::new("x", &long)];
    assert_eq!(
        side.session().open(&request(), &extra, true),
        Err(OpenError::Field)
    );
    let stream = side.session().open(&request(), &[], false).unwrap();
    assert_eq!(stream.id(), 1);
    let sent = side.session().send_trailers(stream, &request(), &extra);
    assert_eq!(sent, Err(SendError::Field));
}

#[test]
fn long_blocks_are_cut_into_frames() {
    let mut side = Side::new(Role::Client, Config::default());
    side.output();
    let long = "~".repeat(40_000);
    side.session()
        .open(&request(), &[Field::new("x", &long)], true)
        .unwrap();
    let frames = side.frames();
    let shape: Vec<_> = frames
        .iter()
        .map(|f| (f.kind, f.flags, f.payload.len()))
        .collect();
    assert_eq!(shape[0], (HEADERS, END, 16_384));
    assert_eq!(shape[1], (CONTINUATION, 0, 16_384));
    assert_eq!((shape[2].0, shape[2].1), (CONTINUATION, END_HEADERS));
}
