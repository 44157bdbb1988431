//! A call to make.

use std::time::Instant;

use crate::pool::Call;
use crate::random::Random;

/// A call to make.
#[derive(Debug)]
pub(crate) struct Due {
    /// When it was to be sent: latency counts from here.
    pub(crate) at: Instant,
    pub(crate) method: usize,
    /// Which call of its method it is.
    pub(crate) index: u64,
    /// Whether it counts: calls of the warm-up do not.
    pub(crate) measured: bool,
    pub(crate) trace: Option<Trace>,
    /// What it sends, where that is not from the pool.
    pub(crate) requests: Option<Box<Call>>,
}

/// The trace that a call begins (W3C Trace Context, `traceparent`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trace {
    trace: u128,
    span: u64,
}

// === impl Trace ===

impl Trace {
    pub(crate) fn new(random: &mut Random) -> Self {
        let (high, low) = (random.next(), random.next());
        Self {
            // Ids of zeros are invalid.
            trace: (u128::from(high) << 64 | u128::from(low)).max(1),
            span: random.next().max(1),
        }
    }

    /// A trace for one in `n` calls; none for 0.
    pub(crate) fn sample(random: &mut Random, n: u64) -> Option<Self> {
        random.one_in(n).then(|| Self::new(random))
    }

    /// The id of the whole trace.
    pub(crate) fn id(self) -> String {
        format!("{:032x}", self.trace)
    }

    /// The header: version 0, sampled.
    pub(crate) fn header(self) -> String {
        format!("00-{:032x}-{:016x}-01", self.trace, self.span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_as_the_standard_says() {
        let mut random = Random::new(3);
        let trace = Trace::new(&mut random);
        let header = trace.header();
        let parts: Vec<&str> = header.split('-').collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
        assert_eq!(lengths, [2, 32, 16, 2]);
        assert_eq!(parts[1], trace.id());
        assert_eq!(Trace::new(&mut Random::new(3)).header(), header);
        assert_ne!(Trace::new(&mut random).header(), header);
    }
}
