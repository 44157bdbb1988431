//! Prefixes that lie, flags that mean nothing, messages too many or too few.

use std::io::Write;
use std::time::{Duration, Instant};

use super::asked;
use crate::attack::report::Case;
use crate::attack::target::Target;
use crate::attack::wire;

const UNARY: &str = "/attack.v1.Target/Unary";
const LIMIT: u32 = 4 << 20;

/// W1.
pub(super) fn long_prefix(target: &Target) -> Vec<Case> {
    let ways = [("4 GiB", u32::MAX), ("4 MiB and one byte", LIMIT + 1)];
    let paths = [UNARY, "/attack.v1.Target/ClientStream"];
    let all = ways
        .iter()
        .flat_map(|way| paths.iter().map(move |path| (way, path)));
    all.map(|((name, length), path)| {
        let mut peer = target.peer();
        peer.begin();
        let stream = peer.open(&wire::call(path)).unwrap_or(1);
        // The request goes on: the answer comes without its end.
        let body = wire::prefixed(0, *length, &[0; 100]);
        let sent = peer.send(&wire::data(stream, &body, false));
        let answer = peer.answer(stream, target.patience.min(Duration::from_secs(5)));
        let name = format!("{name}, {}", path.rsplit('/').next().unwrap_or_default());
        Case::new(name, usize::from(sent.is_ok()), peer.fate(target.patience)).answer(answer)
    })
    .collect()
}

/// W2.
pub(super) fn empty_promises(target: &Target) -> Vec<Case> {
    let mut peer = target.peer();
    peer.begin();
    let body = wire::prefixed(0, LIMIT, &[]);
    let block = wire::call(UNARY);
    let sent = peer.flood(200, |peer, _| {
        let stream = peer.stream();
        let open = wire::headers(stream, &block, false);
        [open, wire::data(stream, &body, false)].concat()
    });
    let answers = peer.answers(200, target.patience);
    // 200 is the limit: those go before another call can come.
    let resets: Vec<u8> = (0..200).flat_map(|n| wire::reset(n * 2 + 1)).collect();
    peer.send(&resets).ok();
    let fate = peer.fate(target.patience);
    vec![Case::new("4 MiB announced, none sent", sent, fate).answers(answers)]
}

/// W18.
pub(super) fn trickles(target: &Target) -> Vec<Case> {
    const CALLS: usize = 20;
    let mut peer = target.peer();
    peer.begin();
    let paths = [UNARY, "/attack.v1.Target/ServerStream"];
    let streams: Vec<_> = (0..CALLS)
        .filter_map(|n| {
            let stream = peer.open(&wire::call(paths[n % 2])).ok()?;
            let begun = wire::prefixed(0, 1 << 20, &[]);
            peer.send(&wire::data(stream, &begun, false)).ok()?;
            Some(stream)
        })
        .collect();
    let until = Instant::now() + target.patience;
    loop {
        let answers = peer.answers(CALLS, target.pace);
        let over = answers.iter().filter(|(end, _)| *end != "open");
        let over: usize = over.map(|(_, count)| count).sum();
        if over >= CALLS || peer.view().closed.is_some() || Instant::now() > until {
            let resets: Vec<u8> = streams.iter().flat_map(|id| wire::reset(*id)).collect();
            peer.send(&resets).ok();
            let fate = peer.fate(target.patience);
            return vec![Case::new("a byte at a time", CALLS, fate).answers(answers)];
        }
        let bytes: Vec<u8> = streams
            .iter()
            .flat_map(|id| wire::data(*id, &[0], false))
            .collect();
        peer.send(&bytes).ok();
    }
}

/// Bytes as gzip has them.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.unwrap_or_default()
}

/// A GiB of zeros as gzip has it: a member for each of 64 pieces.
fn bomb() -> Vec<u8> {
    gzip(&vec![0; 16 << 20]).repeat(64)
}

/// W3.
pub(super) fn bombs(target: &Target) -> Vec<Case> {
    let block = wire::call_with(UNARY, &[("grpc-encoding", "gzip")]);
    let mut cut = gzip(&[b'x'; 100_000]);
    cut.truncate(cut.len() / 2);
    let ways = [
        ("a GiB of zeros", bomb()),
        ("gzip in gzip", gzip(&gzip(&[b'x'; 1_000]))),
        ("cut short", cut),
        ("not gzip", b"\x1f\x8b but no more".to_vec()),
    ];
    let ways = ways.into_iter();
    ways.map(|(name, bytes)| {
        let body = wire::prefixed(1, bytes.len() as u32, &bytes);
        let mut peer = target.peer();
        peer.begin();
        let stream = peer.open(&block).unwrap_or(1);
        let sent = peer.upload(stream, &body, Duration::from_secs(5));
        peer.send(&wire::data(stream, &[], true)).ok();
        let answer = peer.answer(stream, target.patience);
        Case::new(name, sent, peer.fate(target.patience)).answer(answer)
    })
    .collect()
}

/// W4.
pub(super) fn flags(target: &Target) -> Vec<Case> {
    let plain = wire::call(UNARY);
    let unknown = wire::call_with(UNARY, &[("grpc-encoding", "foo")]);
    vec![
        asked(
            target,
            "flag 1, no encoding",
            &plain,
            &wire::prefixed(1, 0, &[]),
        ),
        asked(target, "flag 7", &plain, &wire::prefixed(7, 0, &[])),
        asked(
            target,
            "encoding foo, flag 1",
            &unknown,
            &wire::prefixed(1, 0, &[]),
        ),
        asked(
            target,
            "encoding foo, flag 0",
            &unknown,
            &wire::prefixed(0, 0, &[]),
        ),
    ]
}

/// W7.
pub(super) fn message_count(target: &Target) -> Vec<Case> {
    let one = wire::message(&[]);
    let methods = [UNARY, "/attack.v1.Target/ServerStream"];
    let counted = methods.into_iter().flat_map(|path| {
        let block = wire::call(path);
        let method = path.rsplit('/').next().unwrap_or_default();
        [
            asked(target, &format!("none, {method}"), &block, &[]),
            asked(target, &format!("two, {method}"), &block, &one.repeat(2)),
            endless(target, method, &block),
        ]
    });
    counted.collect()
}

fn endless(target: &Target, method: &str, block: &[u8]) -> Case {
    let mut peer = target.peer();
    peer.begin();
    let stream = peer.open(block).unwrap_or(1);
    let many = wire::message(&[]).repeat(100);
    let until = Instant::now() + target.patience.min(Duration::from_secs(5));
    let mut sent = 0;
    loop {
        let answer = peer.answer(stream, Duration::from_millis(10));
        if answer.is_over() || Instant::now() > until || peer.view().closed.is_some() {
            peer.send(&wire::reset(stream)).ok();
            let name = format!("endless, {method}");
            return Case::new(name, sent, peer.fate(target.patience)).answer(answer);
        }
        sent += peer.upload(stream, &many, Duration::from_millis(500)) / 5;
    }
}

/// W17.
pub(super) fn held_messages(target: &Target) -> Vec<Case> {
    let mut peer = target.peer();
    peer.begin();
    let block = wire::call(UNARY);
    // All but the last byte of it.
    let body = wire::prefixed(0, LIMIT - 16, &vec![0; LIMIT as usize - 17]);
    let mut bytes = 0;
    for _ in 0..200 {
        let Ok(stream) = peer.open(&block) else { break };
        bytes += peer.upload(stream, &body, Duration::from_secs(1));
    }
    std::thread::sleep(Duration::from_millis(100));
    let answers = peer.view().verdicts();
    let held = target.pid.and_then(crate::attack::process::resident);
    let closed = peer.view().closed;
    let fate = match closed {
        None => {
            let resets: Vec<u8> = (0..200).flat_map(|n| wire::reset(n * 2 + 1)).collect();
            peer.send(&resets).ok();
            peer.fate(target.patience)
        }
        Some(_) => peer.end(target.patience),
    };
    let note = format!(
        "{} MiB sent, {} MiB resident at the end of it",
        bytes >> 20,
        held.unwrap_or_default() >> 20
    );
    vec![
        Case::new("4 MiB less a byte", 200, fate)
            .answers(answers)
            .note(note),
    ]
}
