//! Runs the cases between two peers, and counts them.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::wire::Wire;
use crate::tools::{self, Served};

/// How long one case of another's client may take, and how long all of a client's
/// cases together.
const ONE: Duration = Duration::from_secs(60);
const ALL: Duration = Duration::from_secs(240);

/// Prints how many cases passed between two peers.
///
/// # Panics
///
/// If one failed.
fn report(peers: &str, passed: usize, all: usize, failed: &str) {
    eprintln!("interop: {peers}: {passed} of {all} cases passed");
    assert!(
        failed.is_empty() && passed == all && all > 0,
        "{peers}:\n{failed}"
    );
}

/// Runs a client that takes one case at a time.
///
/// # Panics
///
/// If a case fails.
pub fn one_by_one(peers: &str, names: &[&str], client: impl Fn(&str) -> Command) {
    let (mut passed, mut failed) = (0, String::new());
    for name in names {
        match tools::run_within(&mut client(name), ONE) {
            (true, _) => passed += 1,
            (false, output) => failed.push_str(&format!("{name}: {output}\n")),
        }
    }
    report(peers, passed, names.len(), &failed);
}

/// Runs a client that goes through its cases and counts them itself.
///
/// # Panics
///
/// If it fails, or ran another number of cases than it should.
pub fn all_at_once(peers: &str, cases: usize, client: &mut Command) {
    let (ended_well, output) = tools::run_within(client, ALL);
    let of = |word: &str| output.lines().filter(|line| line.starts_with(word)).count();
    let passed = of("ok ");
    let well = ended_well && of("FAIL ") == 0;
    report(peers, passed, cases, if well { "" } else { &output });
}

/// Our server, whose program is at `path`.
///
/// # Panics
///
/// If it does not start.
pub fn our_server(path: &str, wire: &Wire) -> Served {
    Served::start(Path::new(path), &wire.server_flags())
}

/// Our client, whose program is at `path`, against a server, with these cases.
pub fn our_client(path: &str, server: &Served, cases: &[&str], wire: &Wire) -> Command {
    let mut command = Command::new(path);
    command.args(["--server_port", server.port()]);
    command.args(["--test_case", &cases.join(",")]);
    command.args(wire.client_flags());
    command
}
