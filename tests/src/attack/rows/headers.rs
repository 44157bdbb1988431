//! Header blocks: endless, blown up, too large, malformed; and the last stream
//! identifier of all.

use std::time::Duration;

use super::asked;
use crate::attack::report::Case;
use crate::attack::target::Target;
use crate::attack::wire::{self, field, fields, frame};

const PATH: &str = "/attack.v1.Target/Unary";

/// H3. One frame at a time, so that what ends it can be counted.
pub(super) fn continuations(target: &Target) -> Vec<Case> {
    let ways: [(&str, &[u8]); 2] = [("empty", &[]), ("16 KiB each", &[0; 16_384])];
    let flooded = ways.into_iter().map(|(name, payload)| {
        let mut peer = target.peer();
        let stream = peer.stream();
        peer.begin();
        let open = frame(wire::HEADERS, 0, stream, &wire::call(PATH));
        let mut sent = usize::from(peer.send(&open).is_ok());
        let next = frame(wire::CONTINUATION, 0, stream, payload);
        let unwelcome = |view: &crate::attack::view::View| view.is_unwelcome().then_some(());
        while sent < 200
            && peer.wait(Duration::from_millis(30), unwelcome).is_none()
            && peer.send(&next).is_ok()
        {
            sent += 1;
        }
        // No call fits in the middle of a block.
        let patience = match peer.view().is_unwelcome() {
            true => target.patience,
            false => Duration::from_secs(1),
        };
        let fate = peer.end(patience);
        Case::new(name, sent, fate)
    });
    flooded.collect()
}

/// H4. An entry of nearly the whole table, then one byte for each use of it.
pub(super) fn bomb(target: &Target) -> Vec<Case> {
    let entry = wire::inserted("x-bomb", &"b".repeat(4_000));
    let ways = [("5 uses, 20 KB", 5), ("10,000 uses, 40 MB", 10_000)];
    let bombs = ways.into_iter().map(|(name, uses)| {
        let mut peer = target.peer();
        peer.begin();
        let planted = peer.stream();
        let block = [wire::call(PATH), entry.clone()].concat();
        let plant = wire::headers(planted, &block, true);
        let stream = peer.stream();
        let block = [wire::call(PATH), vec![wire::NEWEST; uses]].concat();
        let sent = peer.send(&[plant, wire::headers(stream, &block, true)].concat());
        let answer = peer.answer(stream, target.patience);
        let fate = peer.fate(target.patience);
        Case::new(name, usize::from(sent.is_ok()), fate).answer(answer)
    });
    bombs.collect()
}

/// H5.
pub(super) fn large_lists(target: &Target) -> Vec<Case> {
    let one = field("x-large", "a".repeat(63 << 10));
    let many: Vec<u8> = (0..1_000)
        .flat_map(|n| field(format!("x-{n}"), "v"))
        .collect();
    let ways = [("one of 63 KiB", one), ("1,000 small ones", many)];
    let lists = ways.into_iter().map(|(name, more)| {
        let mut peer = target.peer();
        peer.begin();
        let stream = peer.stream();
        let block = [wire::call(PATH), more].concat();
        let sent = peer.send(&wire::long_headers(stream, &block, false));
        let answer = peer.answer(stream, target.patience);
        Case::new(name, usize::from(sent.is_ok()), peer.fate(target.patience)).answer(answer)
    });
    lists.collect()
}

/// H17.
pub(super) fn identifiers(target: &Target) -> Vec<Case> {
    let mut peer = target.peer();
    peer.begin();
    peer.next = wire::MAX;
    let last = peer.stream();
    let block = wire::call(PATH);
    let body = wire::message(&[]);
    let call = [
        wire::headers(last, &block, false),
        wire::data(last, &body, true),
    ];
    let sent = peer.send(&call.concat());
    let answer = peer.answer(last, target.patience);
    let fate = peer.end(Duration::from_secs(3).min(target.patience));
    let case = Case::new("stream 2^31-1", usize::from(sent.is_ok()), fate).answer(answer);
    // Whoever reconnects is served.
    let again = asked(target, "another connection", &block, &body);
    vec![case, again]
}

/// H20.
pub(super) fn malformed(target: &Target) -> Vec<Case> {
    let with = |more: &[(&str, &str)]| wire::call_with(PATH, more);
    let without = fields(&[
        (":method", "POST"),
        (":scheme", "http"),
        (":authority", "a"),
    ]);
    let ways = [
        (
            "content-length twice",
            with(&[("content-length", "5"), ("content-length", "6")]),
        ),
        ("connection: close", with(&[("connection", "close")])),
        ("no :path", [without, fields(wire::GRPC)].concat()),
        ("X-Upper", with(&[("X-Upper", "x")])),
        (
            ":status",
            [fields(&[(":status", "200")]), wire::call(PATH)].concat(),
        ),
    ];
    let body = wire::message(&[]);
    let malformed = ways.into_iter();
    malformed
        .map(|(name, block)| asked(target, name, &block, &body))
        .collect()
}
