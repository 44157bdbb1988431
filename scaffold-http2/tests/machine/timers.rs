//! Deadlines, with a clock that the test moves.

use std::time::Duration;

use bytes::Bytes;
use scaffold_http2::{Cause, Config, Field, Keepalive, Role, Template};

use crate::support::Side;
use crate::support::wire::{self, *};

const SECOND: Duration = Duration::from_secs(1);

/// H11 and H12: nothing, and too little too slowly.
#[test]
fn h11_handshake() {
    let mut side = Side::new(Role::Server, Config::default());
    side.output();
    side.sleep(4 * SECOND).unwrap();
    side.send(&PREFACE[..9]).unwrap();
    assert!(side.sleep(2 * SECOND).is_err());
    side.assert_ended(Cause::HandshakeTimeout);
}

#[test]
fn settings_must_be_acknowledged() {
    let mut side = Side::new(Role::Server, Config::default());
    side.send(PREFACE).unwrap();
    side.send(&wire::settings(&[])).unwrap();
    side.output();
    side.sleep(9 * SECOND).unwrap();
    assert!(side.sleep(2 * SECOND).is_err());
    side.assert_ended(Cause::SettingsTimeout);
}

#[test]
fn an_idle_connection_has_no_deadline() {
    let side = Side::server(Config::default());
    assert_eq!(side.connection.deadline(), None);
    assert!(
        side.connection.memory() < 4 << 10,
        "{}",
        side.connection.memory()
    );
}

#[test]
fn keepalive() {
    let keepalive = Some(Keepalive {
        interval: 30 * SECOND,
        timeout: 10 * SECOND,
        while_idle: true,
    });
    let config = Config {
        keepalive,
        ..Config::default()
    };
    let mut side = Side::server(config.clone());
    side.sleep(31 * SECOND).unwrap();
    let ping = side.replies().pop().unwrap();
    side.send(&frame(PING, ACK, 0, &ping.payload)).unwrap();
    assert!(side.events().is_empty());
    side.sleep(29 * SECOND).unwrap();
    assert!(side.replies().is_empty());
    side.sleep(2 * SECOND).unwrap();
    assert_eq!(side.replies().len(), 1);
    assert!(side.sleep(10 * SECOND).is_err());
    side.assert_ended(Cause::KeepaliveTimeout);
    // Only with streams, when that is wanted.
    let keepalive = keepalive.map(|k| Keepalive {
        while_idle: false,
        ..k
    });
    let mut side = Side::server(Config {
        keepalive,
        ..config
    });
    side.sleep(1_000 * SECOND).unwrap();
    assert!(side.replies().is_empty());
}

#[test]
fn a_connection_window_that_stays_shut() {
    let mut side = Side::server(Config::default());
    side.send(&[get(1), window(1, 1 << 20)].concat()).unwrap();
    let head = Template::new(&[Field::new(":status", "200")]).unwrap();
    let stream = side.seen.streams[0];
    side.session()
        .send_headers(stream, &head, &[], false)
        .unwrap();
    side.session()
        .send_bytes(stream, Bytes::from(vec![0; 100_000]), true)
        .unwrap();
    side.output();
    side.sleep(20 * SECOND).unwrap();
    side.send(&window(0, 10)).unwrap();
    side.output();
    side.sleep(9 * SECOND).unwrap();
    assert!(side.sleep(22 * SECOND).is_err());
    side.assert_ended(Cause::WriteStall);
}

#[test]
fn progress_defers_the_write_stall() {
    let mut side = Side::server(Config::default());
    side.send(&frame(PING, 0, 0, &[0; 8])).unwrap();
    for _ in 0..10 {
        side.session().advance(1);
        side.sleep(20 * SECOND).unwrap();
    }
    assert!(side.sleep(11 * SECOND).is_err());
}
