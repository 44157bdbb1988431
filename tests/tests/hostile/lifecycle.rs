//! Rows L1 to L8: the end of a server, and what must not end it.

use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use prost::Message;
use scaffold_tests::attack::{Manners, Peer, Process, wire};
use scaffold_tests::pb::attack::v1::Ask;

use super::support::*;

/// `grpc.health.v1.HealthCheckResponse.ServingStatus`.
const SERVING: u8 = 1;
const NOT_SERVING: u8 = 2;

fn hang() -> Ask {
    Ask {
        text: "hang".to_owned(),
        ..Ask::default()
    }
}

fn millis(millis: u32) -> Ask {
    Ask {
        millis,
        ..Ask::default()
    }
}

/// What the health service says of the whole server.
fn health(address: SocketAddr) -> Option<u8> {
    let mut peer = Peer::connect(address).ok()?;
    let stream = peer
        .open(&wire::call("/grpc.health.v1.Health/Check"))
        .ok()?;
    peer.send(&wire::data(stream, &wire::message(&[]), true))
        .ok()?;
    let answer = peer.answer(stream, PATIENCE);
    answer.messages().first()?.last().copied()
}

fn refuses(address: SocketAddr) -> bool {
    TcpStream::connect_timeout(&address, Duration::from_secs(1)).is_err()
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < end, "never: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn l1_bodies_in_flight_arrive() {
    let mut server = server(&[]);
    let mut peer = Peer::connect(server.address).expect("it listens");
    let ask = Ask {
        payload: vec![1; 16 << 10],
        number: 7,
        ..Ask::default()
    };
    let body = wire::message(&ask.encode_to_vec());
    let (first, rest) = body.split_at(body.len() / 2);
    let streams: Vec<u32> = (0..50)
        .map(|_| {
            let stream = peer
                .open(&wire::call("/attack.v1.Target/Unary"))
                .expect("open");
            peer.upload(stream, first, PATIENCE);
            stream
        })
        .collect();
    // Answered behind the others: they have begun.
    assert_eq!(
        peer.call("Unary", &Ask::default(), PATIENCE).grpc(),
        Some(0)
    );
    server.signal("-TERM");
    let told = peer.wait(PATIENCE, |view| view.goaways.first().cloned());
    assert_eq!(told.map(|goaway| goaway.code), Some(0));
    for stream in &streams {
        peer.send(&wire::data(*stream, rest, true))
            .expect("still open");
    }
    for stream in streams {
        assert_eq!(
            peer.answer(stream, PATIENCE).grpc(),
            Some(0),
            "stream {stream}"
        );
    }
    let status = server.exit(PATIENCE).expect("it ends");
    assert_eq!(status.code(), Some(0));
}

#[test]
fn l2_whatever_peers_do_the_drain_ends() {
    let mut server = server(&[("ATTACK__DRAIN", "1s")]);
    let silent = TcpStream::connect(server.address).expect("it listens");
    let deaf = Manners {
        pongs: false,
        ..Manners::default()
    };
    let mut mute = Peer::with(server.address, &deaf).expect("it listens");
    let mut endless = Peer::connect(server.address).expect("it listens");
    let calls = [
        mute.whole("Unary", &hang()),
        mute.whole("ClientStream", &hang()),
    ];
    mute.send(&calls.concat()).expect("sent");
    let stream = Ask {
        count: u32::MAX,
        size: 1_000,
        ..Ask::default()
    };
    let call = endless.whole("ServerStream", &stream);
    endless.send(&call).expect("sent");
    let flows = endless.wait(PATIENCE, |view| (view.data_frames > 10).then_some(()));
    assert!(flows.is_some());
    let begun = Instant::now();
    server.signal("-TERM");
    let status = server.exit(PATIENCE).expect("it ends");
    let took = begun.elapsed();
    assert_eq!(status.code(), Some(0));
    assert!(
        took >= Duration::from_millis(900),
        "the calls had a second: {took:?}"
    );
    assert!(took < Duration::from_secs(5), "{took:?}");
    drop(silent);
    let counters = server.last_counters();
    println!("counters: {counters:?}");
    let cut = counters.get("drain_cut").copied().unwrap_or_default();
    assert_eq!(cut, 3, "one for each call that was cut: {counters:?}");
}

#[test]
fn l3_the_second_signal_ends_it_at_once() {
    for (second, code) in [("-TERM", 143), ("-INT", 130)] {
        let mut server = server(&[]);
        let mut peer = Peer::connect(server.address).expect("it listens");
        let call = peer.whole("Unary", &hang());
        peer.send(&call).expect("sent");
        server.signal("-TERM");
        until("it accepts no more", || refuses(server.address));
        let begun = Instant::now();
        server.signal(second);
        let status = server.exit(PATIENCE).expect("it ends");
        assert_eq!(status.code(), Some(code));
        assert!(begun.elapsed() < Duration::from_secs(5), "no drain of 10 s");
    }
}

/// Health, then a pause, then no more connections, then two GOAWAYs, then the
/// end of the calls.
#[test]
fn l4_the_order_on_the_wire() {
    let mut server = server(&[("ATTACK__PRE_STOP", "1500ms")]);
    let address = server.address;
    assert_eq!(health(address), Some(SERVING));
    let mut peer = Peer::connect(address).expect("it listens");
    let call = peer.whole("Unary", &millis(4_000));
    peer.send(&call).expect("sent");
    server.signal("-TERM");
    until("health says so", || health(address) == Some(NOT_SERVING));
    // It takes calls and connections as before.
    assert_eq!(
        peer.call("Unary", &Ask::default(), PATIENCE).grpc(),
        Some(0)
    );
    let mut late = Peer::connect(address).expect("it listens still");
    assert_eq!(
        late.call("Unary", &Ask::default(), PATIENCE).grpc(),
        Some(0)
    );
    assert_eq!(peer.view().goaways, []);
    let first = peer.wait(PATIENCE, |view| view.goaways.first().cloned());
    assert!(refuses(address), "GOAWAY comes after the last connection");
    assert_eq!(
        first.map(|goaway| (goaway.last, goaway.code)),
        Some((wire::MAX, 0))
    );
    let second = peer.wait(PATIENCE, |view| view.goaways.get(1).cloned());
    assert_eq!(
        second.map(|goaway| (goaway.last, goaway.code)),
        Some((3, 0))
    );
    let over = peer
        .view()
        .streams
        .get(&1)
        .is_some_and(|seen| seen.is_over());
    assert!(!over, "drained, not cut");
    assert_eq!(peer.answer(1, PATIENCE).grpc(), Some(0));
    assert_eq!(server.exit(PATIENCE).expect("it ends").code(), Some(0));
}

/// A port that nobody has now.
fn free_port() -> u16 {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    socket.local_addr().expect("bound").port()
}

/// Starts the next server as soon as the last one has left the port to it.
fn restarted(address: &str) -> Process {
    let program = Path::new(env!("CARGO_BIN_EXE_attack_server"));
    let there: SocketAddr = address.parse().expect("an address");
    until("the port is left", || refuses(there));
    Process::start::<&str>(program, &[], &[("ATTACK__ADDRESS", address)])
}

/// Under load by our own channel, no call is lost: what a server has taken it
/// ends, and what it has not is sent to the next one.
#[test]
fn l5_fifty_rolling_restarts() {
    let restarts = 50;
    let address = format!("127.0.0.1:{}", free_port());
    let mut server = restarted(&address);
    let load = super::load::Load::start(&address, 4);
    for _ in 0..restarts {
        std::thread::sleep(Duration::from_millis(60));
        server.signal("-TERM");
        let mut old = std::mem::replace(&mut server, restarted(&address));
        let status = old.exit(PATIENCE).expect("the old one ends");
        assert_eq!(status.code(), Some(0));
    }
    let sum = load.stop();
    println!("{sum:?}");
    assert!(sum.lost.is_empty(), "{sum:?}");
    assert!(sum.answered > 50 * 4, "{sum:?}");
}

#[test]
fn l6_old_connections_are_renewed_under_load() {
    let mut server = server(&[
        ("ATTACK__MAX_CONNECTION_AGE", "1s"),
        ("ATTACK__MAX_CONNECTION_AGE_GRACE", "1s"),
    ]);
    let load = super::load::Load::start(&server.address.to_string(), 4);
    let peer = Peer::connect(server.address).expect("it listens");
    let begun = Instant::now();
    let told = peer.wait(PATIENCE, |view| view.goaways.first().cloned());
    let after = told.expect("a GOAWAY").at - begun;
    // A tenth less or more, and what a busy machine adds.
    assert!(after >= Duration::from_millis(880), "{after:?}");
    assert!(after < Duration::from_millis(2_500), "{after:?}");
    std::thread::sleep(Duration::from_secs(2));
    let sum = load.stop();
    assert!(sum.lost.is_empty(), "{sum:?}");
    assert_eq!(sum.refused, 0, "{sum:?}");
    let renewed = server.counters()["max_connection_age"];
    assert!(renewed >= 3, "{renewed}");
}

#[test]
fn l7_a_port_in_use_is_an_error_that_says_so() {
    let first = server(&[]);
    let address = first.address.to_string();
    let second = Command::new(env!("CARGO_BIN_EXE_attack_server"))
        .env("ATTACK__ADDRESS", &address)
        .output()
        .expect("it runs");
    assert_eq!(second.status.code(), Some(1));
    let text = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(
        text.contains("cannot listen on") && text.contains(&address),
        "{text}"
    );
}

/// One of two workers is held: the other's connections are served, and of those
/// that come meanwhile all but the one that waits for it.
#[test]
fn l8_a_worker_that_is_blocked() {
    let server = server(&[("ATTACK__WORKERS", "2")]);
    let address = server.address;
    let connect = || Peer::connect(address).expect("it listens");
    let (mut held, mut free) = (connect(), connect());
    let block = Ask {
        text: "block".to_owned(),
        ..millis(4_000)
    };
    let call = held.whole("Unary", &block);
    let begun = Instant::now();
    held.send(&call).expect("sent");
    std::thread::sleep(Duration::from_millis(100));
    let reply = free.call("Unary", &Ask::default(), Duration::from_secs(2));
    assert_eq!(reply.grpc(), Some(0), "the other worker answers");
    // One after the other: the first may be given to the worker that is held,
    // and is then seen not to be picked up.
    let late: Vec<_> = (0..6)
        .map(|_| {
            let thread = std::thread::spawn(move || health(address));
            std::thread::sleep(Duration::from_millis(100));
            thread
        })
        .collect();
    std::thread::sleep(Duration::from_millis(700));
    let answered = late.iter().filter(|thread| thread.is_finished()).count();
    assert!(begun.elapsed() < Duration::from_secs(4), "too slow to tell");
    assert!(answered >= 5, "{answered} of 6 that came meanwhile");
    for thread in late {
        assert_eq!(thread.join().expect("no panic"), Some(SERVING));
    }
    assert_eq!(held.answer(1, PATIENCE).grpc(), Some(0));
}
