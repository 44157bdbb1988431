//! Row H20 and its neighbours: requests that are none.

use scaffold_http2::{Cause, Config, ErrorCode, ResetCause};

use crate::support::wire::*;
use crate::support::{Event, Side};

/// Sends a request with this block on a fresh connection; it must be reset
/// for this cause, unseen by the handler, and the next one served.
fn refused(block: &[u8], cause: Cause) {
    let mut side = Side::server(Config::default());
    side.send(&frame(HEADERS, END_HEADERS | END, 1, block))
        .unwrap();
    let replies = side.replies();
    assert_eq!((replies.len(), replies[0].kind), (1, RESET), "{cause:?}");
    assert_eq!(
        replies[0].payload,
        ErrorCode::PROTOCOL_ERROR.0.to_be_bytes()
    );
    assert_eq!(side.session().counters().of(cause), 1, "{cause:?}");
    assert!(side.events().is_empty());
    side.send(&get(3)).unwrap();
    assert_eq!(side.events().len(), 1);
}

#[test]
fn h20_malformed_requests() {
    let with = |name: &str, value: &str| [GET, &literal(name, value)].concat();
    for (name, value, cause) in [
        ("connection", "close", Cause::ConnectionField),
        ("keep-alive", "1", Cause::ConnectionField),
        ("proxy-connection", "x", Cause::ConnectionField),
        ("transfer-encoding", "chunked", Cause::ConnectionField),
        ("upgrade", "h2c", Cause::ConnectionField),
        ("te", "gzip", Cause::TeField),
        ("Upper", "x", Cause::UppercaseName),
        ("", "x", Cause::FieldName),
        ("a\0b", "x", Cause::FieldName),
        ("x", "a\nb", Cause::FieldValue),
        ("x", " a", Cause::FieldValue),
        (":status", "200", Cause::MisplacedPseudo),
        (":protocol", "websocket", Cause::UnknownPseudo),
        (":path", "/again", Cause::DuplicatePseudo),
        ("content-length", "1", Cause::ContentLength),
        ("content-length", "-1", Cause::BadContentLength),
        ("content-length", "1, 1", Cause::BadContentLength),
    ] {
        refused(&with(name, value), cause);
    }
    let twice = literal("content-length", "0").repeat(2);
    refused(&[GET, &twice].concat(), Cause::BadContentLength);
    let late = [GET, &literal("a", "b"), &literal(":authority", "c")].concat();
    refused(&late, Cause::MisplacedPseudo);
    for missing in 0..3 {
        let mut block = GET.to_vec();
        block.remove(missing);
        refused(&block, Cause::MissingPseudo);
    }
    refused(&[&GET[..2], &literal(":path", "")].concat(), Cause::BadPath);
    refused(
        &[&GET[..2], &literal(":path", "x")].concat(),
        Cause::BadPath,
    );
}

#[test]
fn h20_extended_connect() {
    let connect = [
        literal(":method", "CONNECT"),
        literal(":protocol", "websocket"),
    ]
    .concat();
    refused(&[&connect, &GET[1..]].concat(), Cause::UnknownPseudo);
}

#[test]
fn an_index_into_a_malformed_entry_is_malformed_too() {
    let mut side = Side::server(Config::default());
    let insert = [GET, b"\x40\x01X\x01v"].concat();
    let index = [GET, &[0xbe]].concat();
    side.send(&frame(HEADERS, 5, 1, &insert)).unwrap();
    side.send(&frame(HEADERS, 5, 3, &index)).unwrap();
    side.send(&frame(HEADERS, 5, 5, &index)).unwrap();
    assert_eq!(side.session().counters().of(Cause::UppercaseName), 3);
    assert!(side.events().is_empty());
}

#[test]
fn bodies_of_another_length() {
    let head = [POST, &literal("content-length", "6")].concat();
    let open = frame(HEADERS, END_HEADERS, 1, &head);
    let reset = Event::Reset(
        1,
        ErrorCode::PROTOCOL_ERROR,
        ResetCause::Local(Cause::ContentLength),
    );
    for bytes in [
        frame(DATA, END, 1, b"12345"),
        frame(DATA, 0, 1, b"1234567"),
        [data(1, b"12345"), frame(HEADERS, 5, 1, &literal("a", "b"))].concat(),
    ] {
        let mut side = Side::server(Config::default());
        side.send(&open).unwrap();
        side.send(&bytes).unwrap();
        assert_eq!(side.events().last(), Some(&reset));
    }
    let mut side = Side::server(Config::default());
    side.send(&open).unwrap();
    side.send(&[data(1, b"123"), frame(DATA, END, 1, b"456")].concat())
        .unwrap();
    assert_eq!(
        side.events().last(),
        Some(&Event::Data(1, b"456".to_vec(), true))
    );
}

#[test]
fn malformed_trailers() {
    for (flags, block, cause) in [
        (END_HEADERS, literal("a", "b"), Cause::TrailersWithoutEnd),
        (5, GET.to_vec(), Cause::MisplacedPseudo),
        (5, literal("connection", "b"), Cause::ConnectionField),
    ] {
        let mut side = Side::server(Config::default());
        side.send(&[post(1), frame(HEADERS, flags, 1, &block)].concat())
            .unwrap();
        let reset = Event::Reset(1, ErrorCode::PROTOCOL_ERROR, ResetCause::Local(cause));
        assert_eq!(side.events().last(), Some(&reset));
    }
}

#[test]
fn plain_connect_reaches_the_handler() {
    let mut side = Side::server(Config::default());
    let block = [literal(":method", "CONNECT"), literal(":authority", "a:1")].concat();
    side.send(&frame(HEADERS, 5, 1, &block)).unwrap();
    assert_eq!(side.events(), [Event::Head(1, String::new(), vec![], true)]);
}
