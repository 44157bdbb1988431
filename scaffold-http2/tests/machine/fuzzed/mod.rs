//! The fuzz target's function over inputs that this test makes: scripts of
//! frames and commands, and random changes of them.

mod script;

use crate::support::corpus;
use script::run;

/// A small generator of numbers; the same seed gives the same run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

/// A script that makes sense: calls with bodies, updates and pings.
fn sensible(random: &mut Random) -> Vec<u8> {
    let mut script = vec![random.next() as u8];
    for _ in 0..random.below(100) {
        let op = random.next() as u8;
        script.push(op);
        script.extend((0..random.below(24)).map(|_| random.next() as u8));
    }
    script
}

fn mutate(script: &mut Vec<u8>, random: &mut Random) {
    for _ in 0..random.below(8) {
        let at = random.below(script.len());
        match random.below(5) {
            0 => script[at] = random.next() as u8,
            1 => script[at] ^= 1 << random.below(8),
            2 => script.truncate(at + 1),
            3 => script.insert(at, random.next() as u8),
            _ => script.extend_from_within(at..),
        }
    }
}

/// A number from the environment: `FUZZ_ROUNDS` for a longer run, `FUZZ_SEED`
/// for another one.
fn setting(name: &str, default: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn thousands_of_mutated_scripts() {
    let mut random = Random(setting("FUZZ_SEED", 0x5ca1_ab1e_0ddb_a11d));
    for _ in 0..setting("FUZZ_ROUNDS", 8_000) {
        let mut script = sensible(&mut random);
        run(&script);
        mutate(&mut script, &mut random);
        run(&script);
    }
}

#[test]
fn noise() {
    let mut random = Random(setting("FUZZ_SEED", 0x0123_4567_89ab_cdef));
    for _ in 0..setting("FUZZ_ROUNDS", 4_000) {
        let noise: Vec<u8> = (0..random.below(2_000))
            .map(|_| random.next() as u8)
            .collect();
        run(&noise);
    }
}

/// What libFuzzer kept, shortest first: together they reach nearly everything
/// that it has reached.
#[test]
fn the_corpus() {
    for input in corpus(include_str!("../../../fuzz/both_roles.hex")) {
        run(&input);
    }
}
