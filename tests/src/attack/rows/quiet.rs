//! Peers that say nothing, or too little, or not HTTP/2.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::attack::peer::{Manners, Peer};
use crate::attack::report::{Answers, Case, Fate};
use crate::attack::target::Target;
use crate::attack::wire;
use crate::pb::attack::v1::Ask;

const UNREAD: Manners = Manners {
    settings: Vec::new(),
    window: 0,
    reads: false,
    pongs: false,
    receive_buffer: None,
};

/// Connects `count` times, says this much, and waits for the ends.
fn crowd(target: &Target, name: &str, count: usize, hello: &[u8]) -> Case {
    let connect = |address: SocketAddr| {
        let mut peer = Peer::silent(address, &UNREAD)?;
        peer.send(hello)?;
        Ok::<_, std::io::Error>(peer)
    };
    let begun = Instant::now();
    let peers: Vec<_> = (0..count)
        .map_while(|_| connect(target.address).ok())
        .collect();
    let until = Instant::now() + target.patience;
    let sent = peers.len();
    let mut answers = Answers::new();
    let mut last = None;
    for mut peer in peers {
        let fate = peer.end_by_reading(until);
        let text = match &fate {
            Fate::Ended { .. } => match fate.goaway() {
                (Some(code), text) => {
                    format!("closed with GOAWAY {} `{text}`", wire::code_name(code))
                }
                _ => "closed".to_owned(),
            },
            _ => "open".to_owned(),
        };
        *answers.entry(text).or_default() += 1;
        // The slowest, or one that is open still.
        if !matches!(last, Some(Fate::Open { .. })) {
            last = Some(fate);
        }
    }
    let fate = last.unwrap_or(Fate::Served);
    Case::new(name, sent, fate)
        .answers(answers)
        .note(format!("all seen after {:.1?}", begun.elapsed()))
}

/// H11.
pub(super) fn silent(target: &Target) -> Vec<Case> {
    vec![crowd(target, "nothing at all", 5_000, &[])]
}

/// H12.
pub(super) fn trickle(target: &Target) -> Vec<Case> {
    let manners = Manners::default();
    let mut peer = Peer::silent(target.address, &manners).expect("the server takes connections");
    let hello = [wire::PREFACE, &wire::settings(&[(wire::INITIAL_WINDOW, 1)])].concat();
    peer.begin();
    let mut sent = 0;
    for byte in hello {
        let closed = peer.wait(target.pace, |view| view.closed);
        if closed.is_some() || peer.send(&[byte]).is_err() {
            break;
        }
        sent += 1;
    }
    let fate = peer.end(Duration::from_secs(1));
    let name = format!("preface and SETTINGS, one byte in {:?}", target.pace);
    vec![Case::new(name, sent, fate)]
}

/// H13. A TLS record that announces a ClientHello of 512 bytes and brings half.
pub(super) fn half_hello(target: &Target) -> Vec<Case> {
    let mut hello = vec![0x16, 3, 1, 2, 4, 1, 0, 2, 0, 3, 3];
    hello.extend([0x5a; 256]);
    vec![crowd(target, "half a ClientHello", 5_000, &hello)]
}

/// H16.
pub(super) fn idle(target: &Target) -> Vec<Case> {
    let mut peer = target.peer();
    let answer = peer.call("Unary", &Ask::default(), target.patience);
    peer.begin();
    let fate = peer.end(target.patience);
    vec![Case::new("one call, then nothing", 1, fate).answer(answer)]
}

/// H19.
pub(super) fn other_protocols(target: &Target) -> Vec<Case> {
    let mut random = vec![0_u8; 200];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for byte in &mut random {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        *byte = (state >> 56) as u8;
    }
    let ways: [(&str, &[u8]); 3] = [
        ("HTTP/1.1", b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"),
        ("TLS", &[0x16, 3, 1, 0, 5, 1, 0, 0, 1, 3]),
        ("random bytes", &random),
    ];
    let ways = ways.into_iter();
    ways.map(|(name, hello)| crowd(target, name, 300, hello))
        .collect()
}
