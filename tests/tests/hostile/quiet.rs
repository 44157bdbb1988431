//! Rows H11 to H13, H16, H18, H19: peers that say nothing, or not HTTP/2.

use std::path::Path;
use std::time::{Duration, Instant};

use scaffold_tests::attack::{Peer, Process, process};
use scaffold_tests::pb::attack::v1::Ask;

use super::support::*;

const SHORT: [(&str, &str); 1] = [("ATTACK__HANDSHAKE_TIMEOUT", "500ms")];

#[test]
fn h11_five_thousand_silent_connections() {
    rlimit::increase_nofile_limit(u64::MAX).expect("the limit can be raised");
    let seen = attack("H11", &SHORT);
    let case = &seen.cases()[0];
    assert_eq!(case.sent, 5_000, "{case}");
    let closed: usize = case
        .answers
        .iter()
        .filter(|(end, _)| end.starts_with("closed"))
        .map(|(_, count)| count)
        .sum();
    assert_eq!(closed, 5_000, "{case}");
    assert_eq!(seen.counted("handshake_timeout"), 5_000);
    // 16 KiB for each of them.
    seen.memory_within(96 * MIB, 96 * MIB);
}

#[test]
fn h12_a_greeting_in_slow_motion() {
    let slow = |target: &mut scaffold_tests::attack::Target| {
        target.pace = Duration::from_millis(50);
    };
    let seen = attack_with("H12", &SHORT, slow);
    let case = &seen.cases()[0];
    assert!(case.sent < 33, "{case}");
    assert_eq!(case.fate.goaway().1, "handshake_timeout", "{case}");
    assert_eq!(seen.counted("handshake_timeout"), 1);
}

/// And the neighbour, whose calls come and go in an instant, is not idle.
#[test]
fn h16_an_idle_connection() {
    let seen = attack("H16", &[("ATTACK__MAX_CONNECTION_IDLE", "1s")]);
    let case = &seen.cases()[0];
    assert_eq!(case.fate.goaway(), (Some(0), "max_idle"), "{case}");
    let after = case.fate.ended_after().expect("closed");
    assert!(after >= Duration::from_millis(900), "{case}");
    assert_eq!(seen.counted("max_connection_idle"), 1);
}

/// No file is left: whoever is there is served, CPU and log stay quiet, and
/// when files come back so do connections.
#[test]
fn h18_no_files_left() {
    let program = Path::new(env!("CARGO_BIN_EXE_attack_server"));
    let mut server = Process::with_files(64, program, &[]);
    let mut neighbour = Peer::connect(server.address).expect("a file is left");
    let address = server.address;
    let crowd: Vec<_> = (0..200)
        .map_while(|_| std::net::TcpStream::connect(address).ok())
        .collect();
    assert!(
        crowd.len() > 64,
        "the backlog takes more than there are files"
    );
    std::thread::sleep(Duration::from_millis(300));
    let (begun, before) = (Instant::now(), process::cpu(server.pid()));
    let logged = server.log().len();
    while begun.elapsed() < Duration::from_secs(3) {
        let reply = neighbour.call("Unary", &Ask::default(), PATIENCE);
        assert_eq!(reply.grpc(), Some(0));
        std::thread::sleep(Duration::from_millis(100));
    }
    let spent = process::cpu(server.pid()).zip(before);
    if let Some((after, before)) = spent {
        let share = (after - before).as_secs_f64() / begun.elapsed().as_secs_f64();
        assert!(share < 0.25, "{share} of a core, waiting for files");
    }
    let log = server.log();
    let complaints = |line: &&String| line.contains("cannot accept");
    assert!(log.iter().any(|line| complaints(&line)), "{log:?}");
    assert!(
        log[logged..].iter().filter(complaints).count() <= 1,
        "{log:?}"
    );
    drop(crowd);
    let again = (0..200).find_map(|_| {
        let mut peer = Peer::connect(address).ok()?;
        let reply = peer.call("Unary", &Ask::default(), Duration::from_secs(1));
        reply.grpc()
    });
    assert_eq!(again, Some(0), "connections come back");
    // Each with a wait behind it that doubles: some dozen at most.
    let failed = server.counters().get("accept_error").copied();
    assert!(
        failed.is_some_and(|count| (1..50).contains(&count)),
        "{failed:?}"
    );
}

#[test]
fn h19_other_protocols() {
    let seen = attack("H19", &[]);
    for case in seen.cases() {
        let after = case.fate.ended_after();
        // At once: not at the handshake's timeout of 5 s.
        assert!(
            after.is_some_and(|after| after < Duration::from_secs(4)),
            "{case}"
        );
        let open = case.count("open");
        assert_eq!((case.sent, open), (300, 0), "{case}");
    }
    // One that begins like the preface may be cut before it differs.
    assert_eq!(seen.counted("bad_preface"), 900);
    let log = seen.server.log();
    assert!(
        log.len() < 20,
        "a log storm: {} lines, {:?}",
        log.len(),
        log.last()
    );
    seen.memory_within(32 * MIB, 16 * MIB);
}
