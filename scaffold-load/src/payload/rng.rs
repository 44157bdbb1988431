//! Numbers that look random and are a pure function of where they are used.
//!
//! Every value has a key of its own, made from the seed, the message, the index
//! and the path of field numbers that leads to it. So a value does not change
//! when a neighbour is added to the message, and the i-th payload needs none of
//! those before it.

/// The odd constant of SplitMix64 (Steele, Lea, Flood 2014): 2^64 over the
/// golden ratio.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The place of a value; its children are the places within it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key(u64);

/// SplitMix64.
#[derive(Clone, Debug)]
pub(crate) struct Rng(u64);

/// SplitMix64's finaliser: each input bit turns half of the output's.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// FNV-1a over the bytes of a name.
fn fnv(name: &str) -> u64 {
    name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

// === impl Key ===

impl Key {
    /// What all payloads of one message share.
    pub(crate) fn message(seed: u64, name: &str) -> Key {
        Key(mix(mix(seed).wrapping_add(fnv(name))))
    }

    /// The place `at` within this one.
    pub(crate) fn child(self, at: u64) -> Key {
        Key(mix(self.0 ^ mix(at.wrapping_add(1).wrapping_mul(GOLDEN))))
    }

    /// A place known by a name, not by a number.
    pub(crate) fn named(self, name: &str) -> Key {
        self.child(fnv(name))
    }

    /// The numbers of this place, from the first.
    pub(crate) fn rng(self) -> Rng {
        Rng(self.0)
    }
}

// === impl Rng ===

impl Rng {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// Below `n`; zero if `n` is zero. The bias is under `n` / 2^64.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }

    /// An index into something that has `len` elements.
    pub(crate) fn at(&mut self, len: usize) -> usize {
        self.below(len as u64) as usize
    }

    /// From `low` to `high`, both included; `low` if they are the wrong way
    /// round.
    pub(crate) fn between(&mut self, low: i128, high: i128) -> i128 {
        let width = high.saturating_sub(low).max(0);
        match u64::try_from(width).ok().and_then(|w| w.checked_add(1)) {
            Some(n) => low + i128::from(self.below(n)),
            // All 2^64 values of a type.
            None => low + i128::from(self.next()).min(width),
        }
    }

    /// One of several; they are never none where this is called.
    pub(crate) fn one<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.at(of.len())]
    }

    /// At least 0 and below 1, in steps of 2^-53.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reference's own first numbers for the state 1234567.
    #[test]
    fn it_is_splitmix64() {
        let mut rng = Rng(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| rng.next()).collect();
        assert_eq!(
            first,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn ranges_hold_at_their_ends() {
        let mut rng = Key::message(1, "a.B").child(7).rng();
        let (low, high) = (i128::from(i64::MIN), i128::from(u64::MAX));
        for _ in 0..1000 {
            assert!((low..=high).contains(&rng.between(low, high)));
            assert!((-1..=1).contains(&rng.between(-1, 1)));
            assert!((0.0..1.0).contains(&rng.unit()));
        }
        assert_eq!(rng.between(5, 4), 5);
        assert_eq!(rng.below(0), 0);
    }
}
