//! Peers that make work and no sense: rows H1 to H10, H14, H17 and H20 of the
//! hostile inputs, as far as the state machine answers for them.

use std::time::Duration;

use scaffold_http2::{Cause, Config, ErrorCode, Field, Limits, ResetCause, Role, Template};

use crate::support::wire::{self, *};
use crate::support::{Event, Side};

/// A server whose recorder keeps nothing, so that memory is the connection's.
fn target() -> Side {
    let mut side = Side::server(Config::default());
    side.seen.light = true;
    side
}

fn id(number: usize) -> u32 {
    number as u32 * 2 + 1
}

#[test]
fn h1_rapid_reset() {
    let mut side = target();
    let ended = side.flood(100_000, |n| [post(id(n)), reset(id(n), 8)].concat());
    assert_eq!(ended, (Cause::TooManyResets, 1_024));
    side.assert_ended(Cause::TooManyResets);
    assert!(side.connection.memory() < 64 << 10);
}

#[test]
fn h1_cancelling_streams_that_were_served_is_no_attack() {
    let mut side = target();
    let head = Template::new(&[Field::new(":status", "200")]).unwrap();
    for n in 0..100_000 {
        side.send(&post(id(n))).unwrap();
        let stream = side.seen.streams.pop().unwrap();
        side.session()
            .send_headers(stream, &head, &[], false)
            .unwrap();
        side.session().send_data(stream, b"update", false).unwrap();
        // What was read is given back, as clients do.
        side.send(&[reset(id(n), 8), window(0, 6)].concat())
            .unwrap();
        side.output();
    }
    assert_eq!(side.session().counters().resets_received, 100_000);
}

/// Six ways to make a server send RST_STREAM.
#[test]
fn h2_made_you_reset() {
    let provoke: [fn(u32) -> Vec<u8>; 6] = [
        |id| window(id, 0),
        |id| window(id, 0x7fff_ffff),
        |id| [frame(DATA, END, id, b""), data(id, b"late!")].concat(),
        |id| [frame(DATA, END, id, b""), frame(HEADERS, 5, id, GET)].concat(),
        |id| frame(PRIORITY, 0, id, &[0; 4]),
        |id| {
            frame(
                PRIORITY,
                0,
                id,
                &[id.to_be_bytes().as_slice(), &[0]].concat(),
            )
        },
    ];
    for (way, provoke) in provoke.into_iter().enumerate() {
        let mut side = target();
        let ended = side.flood(10_000, |n| [post(id(n)), provoke(id(n))].concat());
        assert_eq!(ended, (Cause::TooManyInternalResets, 1_000), "way {way}");
        side.assert_ended(Cause::TooManyInternalResets);
    }
}

#[test]
fn h3_continuation_flood() {
    let mut side = target();
    side.send(&frame(HEADERS, 0, 1, GET)).unwrap();
    let (cause, sent) = side.flood(10, |_| frame(CONTINUATION, 0, 1, &[]));
    assert_eq!((cause, sent), (Cause::TooManyContinuations, 4));
    side.assert_ended(Cause::TooManyContinuations);
}

#[test]
fn h3_a_block_that_grows_too_long() {
    let mut side = target();
    side.send(&frame(HEADERS, 0, 1, &[0; 16_384])).unwrap();
    let (cause, sent) = side.flood(10, |_| frame(CONTINUATION, 0, 1, &[0; 16_384]));
    assert_eq!((cause, sent), (Cause::BlockTooLarge, 3));
    side.assert_ended(Cause::BlockTooLarge);
}

#[test]
fn h4_header_bomb() {
    let mut side = target();
    // An entry of nearly the whole table, then one byte for each use of it.
    let mut block = GET.to_vec();
    block.extend(literal("x-bomb", &"b".repeat(4_000)));
    block[3] = 0x40;
    let bomb = [GET, &[0xbe; 10_000]].concat();
    side.send(&frame(HEADERS, 5, 1, &block)).unwrap();
    assert!(side.send(&frame(HEADERS, 5, 3, &bomb)).is_err());
    side.assert_ended(Cause::HeaderListBomb);
    assert!(side.connection.memory() < 256 << 10);
}

/// A large header list is answered, and the connection goes on with its
/// tables in step.
#[test]
fn h5_large_header_lists() {
    let one = literal("x-large", &"a".repeat(63 << 10));
    let many: Vec<u8> = (0..1_000)
        .flat_map(|n| literal(&format!("x-{n}"), "v"))
        .collect();
    for block in [one, many] {
        let mut side = Side::server(Config::default());
        // An insert in front must be remembered all the same.
        let block = [GET, b"\x40\x01k\x01v", &block].concat();
        let (first, rest) = block.split_at(16_384.min(block.len() / 2));
        let mut bytes = frame(HEADERS, END, 1, first);
        let mut parts = rest.chunks(16_384).peekable();
        while let Some(part) = parts.next() {
            let flags = if parts.peek().is_none() {
                END_HEADERS
            } else {
                0
            };
            bytes.extend(frame(CONTINUATION, flags, 1, part));
        }
        side.send(&bytes).unwrap();
        let replies = side.replies();
        assert_eq!((replies[0].kind, replies[0].flags), (HEADERS, 5));
        assert!(replies[0].payload.windows(3).any(|part| part == b"431"));
        assert_eq!(side.session().counters().of(Cause::HeaderListTooLarge), 1);
        assert!(side.events().is_empty());
        side.send(&frame(HEADERS, 5, 3, &[GET, &[0xbe]].concat()))
            .unwrap();
        let fields = vec![("k".to_owned(), "v".to_owned())];
        assert_eq!(
            side.events(),
            [Event::Head(3, "/".to_owned(), fields, true)]
        );
    }
}

/// The peer floods and never reads: input waits, memory does not grow, and
/// the write-stall time ends it.
fn unread_flood(one: &[u8]) -> Side {
    let mut config = Config::default();
    let plenty = scaffold_http2::Rate {
        burst: u32::MAX,
        per_second: 1,
    };
    config.limits.settings = plenty;
    config.limits.pings = plenty;
    config.ping_policy = None;
    let mut side = Side::server(config);
    side.seen.light = true;
    let many: Vec<u8> = one.repeat(1_000);
    for _ in 0..1_000 {
        side.send(&many).unwrap();
        if side.session().is_choked() {
            break;
        }
    }
    assert!(side.session().is_choked() && side.unread() > 0);
    assert!(
        side.connection.memory() < 2 << 20,
        "{}",
        side.connection.memory()
    );
    side.session().advance(0);
    assert!(side.sleep(Duration::from_secs(29)).is_ok());
    assert!(side.sleep(Duration::from_secs(2)).is_err());
    side
}

#[test]
fn h6_settings_flood_unread() {
    unread_flood(&wire::settings(&[(4, 65_535)])).assert_ended(Cause::WriteStall);
}

#[test]
fn h6_settings_flood() {
    let mut side = target();
    let (cause, sent) = side.flood(1_000_000, |_| wire::settings(&[]));
    // The greeting took one.
    assert_eq!((cause, sent), (Cause::TooManySettings, 99));
    side.assert_ended(Cause::TooManySettings);
    let mut side = target();
    let many: Vec<_> = (0..65).map(|_| (4, 1)).collect();
    assert!(side.send(&wire::settings(&many)).is_err());
    side.assert_ended(Cause::TooManySettings);
    let mut side = target();
    let (cause, sent) = side.flood(1_000, |_| frame(SETTINGS, ACK, 0, &[]));
    assert_eq!((cause, sent), (Cause::TooManySettings, 99));
}

#[test]
fn h7_ping_flood_unread() {
    unread_flood(&frame(PING, 0, 0, &[7; 8])).assert_ended(Cause::WriteStall);
}

#[test]
fn h7_ping_flood() {
    let mut side = target();
    let (cause, sent) = side.flood(1_000_000, |_| frame(PING, 0, 0, &[7; 8]));
    // The first is free, two strikes are tolerated.
    assert_eq!((cause, sent), (Cause::TooManyPings, 3));
    side.assert_ended(Cause::TooManyPings);
    // Without a policy the budget holds.
    let config = Config {
        ping_policy: None,
        ..Config::default()
    };
    let mut side = Side::server(config);
    let (cause, sent) = side.flood(1_000_000, |_| frame(PING, 0, 0, &[7; 8]));
    assert_eq!((cause, sent), (Cause::TooManyPings, 100));
}

#[test]
fn h7_pings_beside_data_are_tolerated() {
    let mut side = target();
    let head = Template::new(&[Field::new(":status", "200")]).unwrap();
    for n in 0..10_000 {
        side.send(&get(id(n))).unwrap();
        let stream = side.seen.streams.pop().unwrap();
        side.session()
            .send_headers(stream, &head, &[], true)
            .unwrap();
        side.send(&frame(PING, 0, 0, &[7; 8])).unwrap();
        side.output();
    }
}

#[test]
fn h8_window_update_flood() {
    let mut side = target();
    let (cause, sent) = side.flood(1_000_000, |_| window(0, 1));
    assert_eq!((cause, sent), (Cause::TooManyWindowUpdates, 2_000));
    side.assert_ended(Cause::TooManyWindowUpdates);
}

#[test]
fn h8_priority_flood() {
    let mut side = target();
    let (cause, sent) = side.flood(1_000_000, |_| frame(PRIORITY, 0, 99, &[0; 5]));
    assert_eq!((cause, sent), (Cause::TooManyPriorities, 1_000));
    side.assert_ended(Cause::TooManyPriorities);
}

#[test]
fn h8_unknown_frames() {
    let mut side = target();
    // PRIORITY_UPDATE and one that nobody has thought of.
    let (cause, sent) = side.flood(1_000_000, |n| frame([0x10, 0xee][n % 2], 0, 0, &[0; 4]));
    assert_eq!((cause, sent), (Cause::TooManyUnknownFrames, 1_000));
    side.assert_ended(Cause::TooManyUnknownFrames);
}

#[test]
fn h9_data_that_carries_nothing() {
    let mut padded = vec![255];
    padded.extend([0; 255]);
    for one in [data(1, b""), data(1, b"x"), frame(DATA, PADDED, 1, &padded)] {
        let mut side = target();
        side.send(&post(1)).unwrap();
        let (cause, sent) = side.flood(1_000_000, |_| one.clone());
        assert_eq!((cause, sent), (Cause::TooManyDataFrames, 1_000));
        side.assert_ended(Cause::TooManyDataFrames);
    }
}

#[test]
fn h9_small_messages_are_no_attack() {
    let mut side = target();
    side.send(&post(1)).unwrap();
    for _ in 0..1_000_000 {
        side.send(&data(1, b"\0\0\0\0\0")).unwrap();
    }
    assert_eq!(side.seen.bytes, 5_000_000);
}

#[test]
fn h10_more_streams_than_allowed() {
    let mut side = target();
    for n in 0..10_000 {
        side.send(&post(id(n))).unwrap();
    }
    assert_eq!(side.session().open_streams(), 200);
    let refused = side.replies();
    assert_eq!(refused.len(), 9_800);
    let code = ErrorCode::REFUSED_STREAM.0.to_be_bytes();
    assert!(
        refused
            .iter()
            .all(|frame| frame.kind == RESET && frame.payload == code)
    );
    assert_eq!(side.session().counters().of(Cause::StreamLimit), 9_800);
    // For ever is another matter.
    let (cause, sent) = side.flood(100_000, |n| post(id(n + 10_000)));
    assert_eq!((cause, sent), (Cause::TooManyRefused, 10_200));
    side.assert_ended(Cause::TooManyRefused);
}

#[test]
fn h14_no_window_for_the_answers() {
    let mut side = Side::server(Config::default());
    side.send(&wire::settings(&[(4, 0)])).unwrap();
    let head = Template::new(&[Field::new(":status", "200")]).unwrap();
    let answer = bytes::Bytes::from(vec![1; 64 << 10]);
    for n in 0..200 {
        side.send(&get(id(n))).unwrap();
        let stream = side.seen.streams[n];
        side.session()
            .send_headers(stream, &head, &[], false)
            .unwrap();
        side.session()
            .send_bytes(stream, answer.clone(), false)
            .unwrap();
        let more = side.session().send_bytes(stream, answer.clone(), true);
        assert_eq!(more, Err(scaffold_http2::SendError::Full));
    }
    side.output();
    let bound = Limits::default().memory_bound();
    assert!(
        side.connection.memory() < bound,
        "{} of {bound}",
        side.connection.memory()
    );
    side.events();
    side.sleep(Duration::from_secs(31)).unwrap();
    assert_eq!(side.session().open_streams(), 0);
    assert_eq!(side.session().counters().of(Cause::StreamStall), 200);
    let events = side.events();
    let cause = ResetCause::Local(Cause::StreamStall);
    assert!(events.contains(&Event::Reset(1, ErrorCode::CANCEL, cause)));
    assert!(
        side.connection.memory() < 128 << 10,
        "{}",
        side.connection.memory()
    );
}

#[test]
fn h17_identifiers_run_out() {
    let mut side = Side::server(Config::default());
    side.send(&get(0x7fff_ff01)).unwrap();
    let goaway = side.replies();
    assert_eq!(goaway[0].kind, GOAWAY);
    assert_eq!(goaway[0].payload[..8], [0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
    assert_eq!(goaway[0].payload[8..], *b"stream_ids_exhausted");
    assert_eq!(side.seen.streams.len(), 1);
}

#[test]
fn frames_on_streams_that_were_reset() {
    let mut side = target();
    side.send(&post(1)).unwrap();
    let stream = side.seen.streams[0];
    side.session().reset(stream, ErrorCode::CANCEL).unwrap();
    let (cause, sent) = side.flood(1_000_000, |_| data(1, b"still here"));
    assert_eq!((cause, sent), (Cause::TooManyStaleFrames, 10_000));
    side.assert_ended(Cause::TooManyStaleFrames);
}

#[test]
fn interim_responses() {
    let mut side = Side::new(Role::Client, Config::default());
    let get = Template::new(&[
        Field::new(":method", "GET"),
        Field::new(":scheme", "http"),
        Field::new(":path", "/"),
    ]);
    side.session().open(&get.unwrap(), &[], true).unwrap();
    side.send(&wire::settings(&[])).unwrap();
    // 103 with an indexed name.
    let (cause, sent) = side.flood(1_000, |_| frame(HEADERS, 4, 1, b"\x08\x03103"));
    assert_eq!((cause, sent), (Cause::TooManyInterims, 100));
    side.assert_ended(Cause::TooManyInterims);
}

#[test]
fn budgets_come_back_with_time() {
    let mut side = target();
    for second in 0..100 {
        for n in 0..100 {
            side.send(&frame(PRIORITY, 0, 2 * (second * 100 + n) + 1, &[0; 5]))
                .unwrap();
        }
        side.now = side.now.after(Duration::from_secs(1));
    }
}
