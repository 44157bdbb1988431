//! What a peer can make a connection hold, against the formula; and what an
//! idle connection holds.

use std::time::Duration;

use bytes::Bytes;
use scaffold_http2::{Config, ErrorCode, Field, Template};

use crate::support::Side;
use crate::support::wire::{self, CONTINUATION, END_HEADERS, HEADERS};

/// Checks that an attack fills what it is meant to fill, and no more than the
/// formula says.
fn assert_held(what: &str, side: &Side, config: &Config, least: usize) {
    let (held, bound) = (side.connection.memory(), config.limits.memory_bound());
    assert!(held <= bound, "{what}: {held} of {bound}");
    assert!(held >= least, "{what}: {held}, too little to be an attack");
}

/// A peer that asks and does not read, with a window for everything.
fn greedy(config: &Config) -> Side {
    let mut side = Side::server(config.clone());
    side.send(&wire::window(0, 0x7000_0000)).unwrap();
    side.send(&wire::settings(&[(4, 0x7000_0000)])).unwrap();
    side.output();
    side
}

/// A peer that gives its streams no window.
fn shut(config: &Config) -> Side {
    let mut side = Side::server(config.clone());
    side.send(&wire::settings(&[(4, 0)])).unwrap();
    side.output();
    side
}

/// Every queue of every stream full, by copies or by reference.
#[test]
fn queues() {
    let config = Config::default();
    for (what, piece) in [("copies", 1_000), ("references", 8_192)] {
        let mut side = shut(&config);
        let head = Template::new(&[Field::new(":status", "200")]).unwrap();
        let mut queued = 0;
        for number in 0..config.limits.max_streams {
            side.send(&wire::post(2 * number + 1)).unwrap();
            let stream = *side.seen.streams.last().unwrap();
            side.session()
                .send_headers(stream, &head, &[], false)
                .unwrap();
            let bytes = Bytes::from(vec![1; piece]);
            while side
                .session()
                .send_bytes(stream, bytes.clone(), false)
                .is_ok()
            {
                queued += piece;
            }
            side.output();
            side.events();
        }
        assert!(queued > 12_000_000, "{what}: {queued}");
        assert_held(what, &side, &config, queued);
        // All of it goes with the connection.
        side.send(&wire::window(0, 0)).unwrap_err();
        assert!(side.connection.memory() < 64 << 10, "{what}");
    }
}

/// Output that nobody takes, made of answers to pings.
#[test]
fn output() {
    let mut config = Config::default();
    config.limits.pings.burst = 1_000_000;
    config.ping_policy = None;
    let mut side = Side::server(config.clone());
    let pings = wire::frame(wire::PING, 0, 0, &[7; 8]).repeat(1_000);
    while side.unread() == 0 {
        side.send(&pings).unwrap();
    }
    assert_held("output", &side, &config, config.limits.output_hard);
    // A stream has been open since, so that somebody looks.
    while side.unread() > 0 {
        side.output();
        side.send(&[]).unwrap();
    }
    side.output();
    side.send(&wire::get(1)).unwrap();
    side.send(&wire::reset(1, 8)).unwrap();
    side.sleep(Duration::from_secs(11)).unwrap();
    assert!(side.connection.memory() < 24 << 10);
}

/// Output that nobody takes, made of bodies.
#[test]
fn bodies() {
    let config = Config::default();
    let mut side = greedy(&config);
    let head = Template::new(&[Field::new(":status", "200")]).unwrap();
    for number in 0..config.limits.max_streams {
        side.send(&wire::post(2 * number + 1)).unwrap();
        let stream = *side.seen.streams.last().unwrap();
        let session = side.session();
        session.send_headers(stream, &head, &[], false).unwrap();
        while session.send_data(stream, &[1; 3_000], false).is_ok() {}
        side.connection.flush(side.now, &mut side.seen);
    }
    assert_held("bodies", &side, &config, 12_000_000);
}

/// Header blocks that never end, that unfold, and that are all different.
#[test]
fn heads() {
    let mut config = Config::default();
    config.limits.decoder_table = 64 << 10;
    let mut side = Side::server(config.clone());
    let mut id = 1;
    let mut request = |side: &mut Side, block: &[u8]| {
        let flags = END_HEADERS | wire::END;
        side.send(&wire::frame(HEADERS, flags, id, block)).unwrap();
        let stream = side.seen.streams.pop().unwrap();
        side.session().reset(stream, ErrorCode::CANCEL).unwrap();
        side.output();
        id += 2;
    };
    // A larger table, full of entries without a value.
    let mut block = vec![0x3f, 0xe1, 0xff, 0x03];
    for number in 0..40 {
        block.extend_from_slice(wire::GET);
        for entry in 0..40 {
            block.extend([0x40, 4]);
            block.extend(format!("{:04}", number * 40 + entry).as_bytes());
            block.push(0);
        }
        request(&mut side, &block);
        block.clear();
    }
    // Sections of every length, each with a path of its own.
    for size in (0..9_000).step_by(97) {
        let path = wire::literal(":path", &format!("/{size}"));
        let long = wire::literal("x", &"y".repeat(size));
        request(&mut side, &[&[0x82, 0x86][..], &path, &long].concat());
    }
    assert_held("heads", &side, &config, 80 << 10);

    let config = Config::default();
    let mut side = Side::server(config.clone());
    let part = vec![0; 16_000];
    side.send(&wire::frame(HEADERS, 0, 1, &part)).unwrap();
    for _ in 0..3 {
        side.send(&wire::frame(CONTINUATION, 0, 1, &part)).unwrap();
    }
    assert_held("a block without an end", &side, &config, 64_000);
}

#[test]
fn an_idle_connection() {
    let mut side = Side::server(Config::default());
    let fresh = side.connection.memory();
    assert!(fresh <= 4 << 10, "{fresh}");
    // And after a burst of calls.
    let head = Template::new(&[Field::new(":status", "200")]).unwrap();
    for number in 0..200 {
        side.send(&wire::get(2 * number + 1)).unwrap();
    }
    for stream in std::mem::take(&mut side.seen.streams) {
        let session = side.session();
        session.send_headers(stream, &head, &[], false).unwrap();
        session.send_data(stream, &[1; 200], true).unwrap();
    }
    side.output();
    assert_eq!(side.session().open_streams(), 0);
    side.sleep(Duration::from_secs(11)).unwrap();
    let after = side.connection.memory();
    println!("an idle connection holds {fresh} bytes, {after} after 200 calls at once");
    assert!(after <= 8 << 10, "{after}");
}
