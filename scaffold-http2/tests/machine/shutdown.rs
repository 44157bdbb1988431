//! Graceful ends.

use std::time::Duration;

use scaffold_http2::{Cause, Config, ErrorCode, Field, Template};

use crate::support::Side;
use crate::support::wire::*;

#[test]
fn a_server_says_goaway_twice() {
    let mut side = Side::server(Config::default());
    side.send(&get(1)).unwrap();
    side.session().shutdown("max_age");
    side.session().shutdown("again");
    let first = side.replies();
    assert_eq!(
        (first.len(), first[0].kind, first[1].kind),
        (2, GOAWAY, PING)
    );
    assert_eq!(first[0].payload[..4], [0x7f, 0xff, 0xff, 0xff]);
    assert_eq!(first[0].payload[8..], *b"max_age");
    // A request that was on its way is served.
    side.send(&get(3)).unwrap();
    assert_eq!(side.seen.streams.len(), 2);
    side.send(&frame(PING, ACK, 0, &first[1].payload)).unwrap();
    let second = side.replies();
    assert_eq!((second.len(), second[0].kind), (1, GOAWAY));
    assert_eq!(second[0].payload[..4], [0, 0, 0, 3]);
    // One that comes after the peer knew is not.
    side.send(&get(5)).unwrap();
    let refused = side.replies();
    assert_eq!(
        refused[0].payload,
        ErrorCode::REFUSED_STREAM.0.to_be_bytes()
    );
    assert_eq!(side.session().counters().of(Cause::GoingAway), 1);
    assert!(!side.session().is_drained());
    let head = Template::new(&[Field::new(":status", "200")]).unwrap();
    for stream in side.seen.streams.clone() {
        side.session()
            .send_headers(stream, &head, &[], true)
            .unwrap();
    }
    assert!(!side.session().is_drained());
    side.output();
    assert!(side.session().is_drained());
}

#[test]
fn the_second_goaway_does_not_wait_for_ever() {
    let mut side = Side::server(Config::default());
    side.session().shutdown("");
    side.output();
    side.sleep(Duration::from_millis(1_001)).unwrap();
    let second = side.replies();
    assert_eq!((second.len(), second[0].kind), (1, GOAWAY));
    assert!(side.session().is_drained());
}

#[test]
fn a_client_says_it_once() {
    let mut side = Side::client(Config::default());
    side.session().shutdown("done");
    let frames = side.replies();
    assert_eq!((frames.len(), frames[0].kind), (1, GOAWAY));
    assert!(side.session().is_drained());
}
