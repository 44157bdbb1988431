//! What a connection costs the server while nothing happens on it: less than
//! 16 KiB of resident memory, before its first call and after.
//!
//! `SCAFFOLD_IDLE=10000 cargo test --release -p scaffold-tests --test idle -- --nocapture`
//! measures ten thousand.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use scaffold_tests::attack::{Process, process, wire};
use scaffold_tests::tools;

/// What one may cost, in bytes.
const MOST: u64 = 16 << 10;

/// How long after its last call a connection has given back what that needed.
const REST: Duration = Duration::from_secs(12);

/// How many connections, where the environment does not say.
const COUNT: usize = 2_000;

#[test]
fn an_idle_connection_costs_less_than_16_kib() {
    let count =
        std::env::var("SCAFFOLD_IDLE").map_or(COUNT, |count| count.parse().expect("a number"));
    let files = rlimit::increase_nofile_limit(u64::MAX).expect("the limit can be raised");
    assert!(
        files > count as u64 + 100,
        "open files are limited to {files}"
    );
    let limits = [
        ("ATTACK__MAX_CONNECTIONS", "100000"),
        ("ATTACK__KEEPALIVE_INTERVAL", "1h"),
    ];
    let program = Path::new(env!("CARGO_BIN_EXE_attack_server"));
    let server = Process::start::<&str>(program, &[], &limits);
    let Some(bare) = settled(server.pid()) else {
        return tools::skip(
            "an_idle_connection_costs_less_than_16_kib",
            "/proc says nothing of memory",
        );
    };
    // What the first connections bring with them belongs to the process.
    let mut warm: Vec<_> = (0..8).map(|_| Idle::connect(&server)).collect();
    warm.iter_mut().for_each(Idle::call);
    let before = settled(server.pid()).expect("it said so before");
    let mut idle: Vec<_> = (0..count).map(|_| Idle::connect(&server)).collect();
    let greeted = settled(server.pid()).expect("it said so before");
    idle.iter_mut().for_each(Idle::call);
    std::thread::sleep(REST);
    let called = settled(server.pid()).expect("it said so before");
    let each = |now: u64| now.saturating_sub(before) / count as u64;
    println!(
        "{count} connections, bare process {} KiB: {} bytes each after the handshake, {} after a call",
        bare >> 10,
        each(greeted),
        each(called)
    );
    assert!(
        each(greeted) < MOST,
        "{} bytes after the handshake",
        each(greeted)
    );
    assert!(each(called) < MOST, "{} bytes after a call", each(called));
    drop(warm);
}

/// The resident memory once it stands still.
fn settled(pid: u32) -> Option<u64> {
    let until = Instant::now() + Duration::from_secs(10);
    let mut last = process::resident(pid)?;
    loop {
        std::thread::sleep(Duration::from_millis(300));
        let now = process::resident(pid)?;
        if now.abs_diff(last) < 64 << 10 || Instant::now() > until {
            return Some(now);
        }
        last = now;
    }
}

/// One connection that mostly says nothing.
struct Idle {
    socket: TcpStream,
    input: Vec<u8>,
    next: u32,
}

// === impl Idle ===

impl Idle {
    /// Connects and shakes hands: SETTINGS both ways, and their acknowledgements.
    fn connect(server: &Process) -> Idle {
        let socket = TcpStream::connect(server.address).expect("the server takes connections");
        let patience = Some(Duration::from_secs(20));
        socket.set_read_timeout(patience).expect("a socket");
        let mut idle = Idle {
            socket,
            input: Vec::new(),
            next: 1,
        };
        idle.send(&[wire::PREFACE, &wire::settings(&[])].concat());
        idle.until(wire::SETTINGS, 0);
        idle.until(wire::SETTINGS, wire::ACK);
        idle.send(&wire::frame(wire::SETTINGS, wire::ACK, 0, &[]));
        idle
    }

    /// A unary call, to its end.
    fn call(&mut self) {
        let stream = self.next;
        self.next += 2;
        let block = wire::call("/attack.v1.Target/Unary");
        let mut call = wire::headers(stream, &block, false);
        call.extend(wire::data(stream, &wire::message(b"\x0a\x05hello"), true));
        self.send(&call);
        self.until(wire::HEADERS, wire::END | wire::END_HEADERS);
    }

    fn send(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).expect("the server reads");
    }

    /// Reads until a frame of this kind with these flags has come.
    fn until(&mut self, kind: u8, flags: u8) {
        loop {
            while let Some((length, rest)) = self.input.split_first_chunk::<3>() {
                let length = u32::from_be_bytes([0, length[0], length[1], length[2]]) as usize;
                let (Some(header), true) = (rest.first_chunk::<6>(), rest.len() >= 6 + length)
                else {
                    break;
                };
                let found = header[0] == kind && header[1] & flags == flags;
                self.input.drain(..9 + length);
                if found {
                    return;
                }
            }
            let mut piece = [0; 512];
            let read = self
                .socket
                .read(&mut piece)
                .expect("the server answers in time");
            assert!(read > 0, "the server closed the connection");
            self.input.extend_from_slice(&piece[..read]);
        }
    }
}
