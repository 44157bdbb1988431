//! A part of a run, for runs on several machines.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One of `of` parts of a run: it makes every `of`-th call of the schedule that
/// all of them work out from the same seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Which one, from 0.
    pub index: u32,
    /// How many there are.
    pub of: u32,
}

// === impl Shard ===

impl Shard {
    /// The whole run.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// Reads `2/4`: the second of four.
    pub fn parse(text: &str) -> Option<Self> {
        let (number, of) = text.split_once('/')?;
        let (number, of): (u32, u32) = (number.trim().parse().ok()?, of.trim().parse().ok()?);
        let index = number.checked_sub(1)?;
        (index < of).then_some(Self { index, of })
    }

    /// Whether call `number` is of this part.
    pub(crate) fn has(self, number: u64) -> bool {
        number % u64::from(self.of.max(1)) == u64::from(self.index)
    }

    /// The share of the rate that is this part's.
    pub(crate) fn share(self) -> f64 {
        1.0 / f64::from(self.of.max(1))
    }
}

impl Default for Shard {
    fn default() -> Self {
        Self::WHOLE
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index + 1, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::Shard;

    #[test]
    fn parts_make_the_whole() {
        let parts: Vec<Shard> = ["1/3", "2/3", "3/3"]
            .iter()
            .map(|text| Shard::parse(text).expect("a shard"))
            .collect();
        for call in 0..100 {
            assert_eq!(parts.iter().filter(|part| part.has(call)).count(), 1);
        }
        for wrong in ["0/3", "4/3", "1", "1/0", "a/b", "-1/2"] {
            assert_eq!(Shard::parse(wrong), None, "{wrong}");
        }
    }
}
