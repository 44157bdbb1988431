//! The slowest calls, one by one.

use serde::{Deserialize, Serialize};

/// How many are kept.
const KEPT: usize = 20;

/// A call that took long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlowCall {
    /// The method's place in the run's table.
    pub method: usize,
    /// When it was due, in nanoseconds from the beginning of what was measured.
    pub due: u64,
    /// From due to the end, in nanoseconds.
    pub response: u64,
    /// From sent to the end, in nanoseconds.
    pub service: u64,
    /// How it ended: the code's name, or a kind of failure.
    pub outcome: String,
    /// Its trace, if it was sampled.
    pub trace: Option<String>,
}

/// The slowest of many calls.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Slowest {
    calls: Vec<SlowCall>,
    /// Calls that are not above it are no candidates.
    floor: u64,
}

// === impl Slowest ===

impl Slowest {
    /// Whether a call is slow enough to be shown to [`keep`](Self::keep).
    #[inline]
    pub(crate) fn wants(&self, response: u64) -> bool {
        response > self.floor
    }

    pub(crate) fn keep(&mut self, call: SlowCall) {
        self.calls.push(call);
        if self.calls.len() >= 2 * KEPT {
            self.shrink();
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.calls.extend(other.calls);
        self.shrink();
    }

    /// The slowest first.
    pub(crate) fn into_calls(mut self) -> Vec<SlowCall> {
        self.shrink();
        self.calls
    }

    fn shrink(&mut self) {
        self.calls
            .sort_by_key(|call| std::cmp::Reverse(call.response));
        self.calls.truncate(KEPT);
        if self.calls.len() == KEPT {
            self.floor = self.calls.last().map_or(0, |call| call.response);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_slowest_of_all() {
        let call = |response| SlowCall {
            method: 0,
            due: 0,
            response,
            service: 0,
            outcome: "OK".to_owned(),
            trace: None,
        };
        let (mut even, mut odd) = (Slowest::default(), Slowest::default());
        // Neither rising nor falling.
        for n in 0..1000u64 {
            let response = n * 7919 % 1000 + 1;
            let half = if response % 2 == 0 {
                &mut even
            } else {
                &mut odd
            };
            if half.wants(response) {
                half.keep(call(response));
            }
        }
        even.merge(odd);
        let kept: Vec<u64> = even.into_calls().iter().map(|call| call.response).collect();
        assert_eq!(kept, (981..=1000).rev().collect::<Vec<_>>());
    }
}
