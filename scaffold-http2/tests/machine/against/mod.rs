//! Against the `h2` crate on bytes that no honest peer sends: the same bytes
//! in, the same events or the same refusal.

mod differences;
mod ours;
mod outcome;
pub(crate) mod script;
mod theirs;
mod traffic;

use std::collections::BTreeSet;

#[cfg(test)]
use crate::support::corpus;
use differences::DIFFERENCES;
use scaffold_http2::Role;
use traffic::{Peer, Random, faults, greeting, valid};

/// How often each fault is put into traffic of its own.
const ROUNDS: usize = 40;

/// How much traffic without a fault is compared.
const VALID: usize = 2_000;

/// Sorts of faults, by role of this side: 76 for a server, 78 for a client.
const SAME_SERVER: usize = 48;
const DIFFERENT_SERVER: usize = 28;
const SAME_CLIENT: usize = 45;
const DIFFERENT_CLIENT: usize = 33;

fn both(peer: Peer, frames: &[Vec<u8>]) -> (outcome::Outcome, outcome::Outcome) {
    let hello = greeting(peer);
    let (ours, theirs) = match peer {
        Peer::Client => (
            ours::run(Role::Server, &hello, frames),
            theirs::server(&hello, frames),
        ),
        Peer::Server => (
            ours::run(Role::Client, &hello, frames),
            theirs::client(&hello, frames),
        ),
    };
    (ours, theirs)
}

/// Runs, and what came of them.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    valid: usize,
    /// Faults that both refuse, or tolerate, with the same verdict.
    same: usize,
    /// Faults of the table.
    different: usize,
}

fn compare(peer: Peer, seed: u64, met: &mut BTreeSet<&'static str>) -> Counts {
    let mut random = Random(seed);
    let mut counts = Counts::default();
    for round in 0..VALID {
        let frames = valid(&mut random, peer);
        let (ours, theirs) = both(peer, &frames);
        assert_eq!(ours.verdict(), "fine", "round {round}");
        assert_eq!(ours.settle(), theirs.settle(), "round {round}");
        counts.valid += 1;
    }
    for (name, bytes) in faults(peer) {
        let entry = DIFFERENCES
            .iter()
            .find(|entry| entry.faults.contains(&name));
        for _ in 0..ROUNDS {
            let mut frames = valid(&mut random, peer);
            frames.push(bytes.clone());
            let (ours, theirs) = both(peer, &frames);
            let verdicts = (ours.verdict(), theirs.verdict());
            if let Some(entry) = entry {
                let wanted = (entry.ours.to_owned(), entry.theirs.to_owned());
                assert_eq!(verdicts, wanted, "{name}: {}", entry.why);
                met.insert(name);
                counts.different += 1;
            } else {
                assert_eq!(verdicts.0, verdicts.1, "{name}");
                assert_eq!(ours.settle(), theirs.settle(), "{name}");
                counts.same += 1;
            }
        }
    }
    counts
}

#[test]
fn the_same_events_or_the_same_refusal() {
    let mut met = BTreeSet::new();
    let server = compare(Peer::Client, 0x5eed_0000_0001, &mut met);
    let client = compare(Peer::Server, 0x5eed_0000_0002, &mut met);
    let counts = |same, different| Counts {
        valid: VALID,
        same: same * ROUNDS,
        different: different * ROUNDS,
    };
    println!("server: {server:?}, client: {client:?}");
    assert_eq!(server, counts(SAME_SERVER, DIFFERENT_SERVER));
    assert_eq!(client, counts(SAME_CLIENT, DIFFERENT_CLIENT));
    // No entry of the table is there for nothing.
    let listed: BTreeSet<_> = DIFFERENCES
        .iter()
        .flat_map(|entry| entry.faults)
        .copied()
        .collect();
    assert_eq!(met, listed);
}

/// What libFuzzer kept, shortest first.
#[test]
fn the_corpus() {
    for input in corpus(include_str!("../../../fuzz/against_h2.hex")) {
        script::run(&input);
    }
}

#[test]
fn scripts_by_chance() {
    let mut random = Random(0x5eed_0000_0003);
    for _ in 0..4_000 {
        let input: Vec<u8> = (0..random.below(200))
            .map(|_| random.below(256) as u8)
            .collect();
        script::run(&input);
    }
}
