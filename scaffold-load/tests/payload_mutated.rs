//! Descriptor sets that nobody wrote: damaged at places that a seed chooses. A
//! set is refused or makes payloads; nothing panics, and no payload is larger
//! than anyone could have asked for.

mod payload_support;

use payload_support::{cases, compile, hash};
use scaffold_load::payload::{Limits, Options, Pool};

/// Damaged sets of each case.
const COUNT: u64 = 500;

/// What a plan refuses, and what stands beside it.
const MOST: usize = 40 << 20;

#[test]
fn damaged_descriptors_are_refused_or_make_payloads() {
    let options = Options {
        limits: Limits {
            max_size: 2000,
            ..Limits::default()
        },
        ..Options::default()
    };
    let (mut refused, mut made) = (0, 0);
    for case in cases("cases") {
        let whole = compile(&case);
        let own = own_part(&whole);
        for seed in 0..COUNT {
            let mut set = whole.clone();
            damage(
                &mut set,
                own,
                seed ^ hash(case.display().to_string().as_bytes()),
            );
            let Ok(pool) = Pool::new(&set) else {
                refused += 1;
                continue;
            };
            let messages = pool.messages();
            let first = seed as usize % messages.len().max(1);
            for message in messages.iter().cycle().skip(first).take(3) {
                let Ok(generator) = pool.generator(message, &options) else {
                    refused += 1;
                    continue;
                };
                let mut bytes = Vec::new();
                generator.encode(seed, &mut bytes);
                generator.encode_invalid(seed, &mut bytes);
                assert!(bytes.len() < MOST, "{message}: {} bytes", bytes.len());
                made += 1;
            }
        }
    }
    assert!(
        refused > 100 && made > 1000,
        "{refused} refused, {made} made"
    );
}

#[test]
fn what_is_no_descriptor_set_is_refused() {
    for bytes in [
        &b"\x0a"[..],
        b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        b"not a set",
        &[0xff; 64],
    ] {
        let fault = Pool::new(bytes).expect_err("no set").to_string();
        assert!(
            fault.contains("no encoded FileDescriptorSet") && fault.contains("help:"),
            "{fault}"
        );
    }
    assert!(
        Pool::new(b"")
            .expect("an empty set")
            .messages()
            .iter()
            .all(|m| m.starts_with("google."))
    );
}

/// Where the case's own file begins: imports stand before it, and damage there
/// says little.
fn own_part(set: &[u8]) -> usize {
    let name = b"in.proto";
    let found = set.windows(name.len()).rposition(|window| window == name);
    found.unwrap_or(0)
}

fn damage(set: &mut Vec<u8>, own: usize, seed: u64) {
    let mut state = seed;
    let mut next = || {
        // SplitMix64.
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) as usize
    };
    for _ in 0..1 + next() % 4 {
        let at = own + next() % (set.len() - own);
        match next() % 8 {
            0 => set[at] ^= 1 << (next() % 8),
            1 => set[at] = next() as u8,
            // Numbers that are small, and numbers that are not.
            2..=4 => set[at] = (next() % 20) as u8,
            5 => set[at] = 0xff,
            6 => set.truncate(at.max(own + 1)),
            _ => {
                let end = set.len().min(at + next() % 8);
                let piece = set[at..end].to_vec();
                let to = own + next() % (set.len() - own);
                set.splice(to..to, piece);
            }
        }
    }
}
