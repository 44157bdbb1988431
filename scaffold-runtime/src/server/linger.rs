//! Requests that are no calls: answered at once, and read on for a while.
//!
//! An answer that needs no more of its request may cut it off (RFC 9113, section
//! 8.1). But who sends what is not gRPC has most often sent all of it, and what
//! is wrong with the rest is still told as what it is, not swallowed with a
//! stream that is gone.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use scaffold_http2::Stream;

/// How long a request may go on after its answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// How many of a connection may do so; one more ends the oldest.
const MOST: usize = 32;

/// How much of a body is read for that, in bytes.
pub(super) const IGNORED: usize = 16 << 10;

/// The requests of a connection that go on, by the time when they end.
pub(super) struct Lingering<S = Stream>(VecDeque<(Instant, S)>);

// === impl Lingering ===

impl<S> Lingering<S> {
    pub(super) fn new() -> Lingering<S> {
        Lingering(VecDeque::new())
    }

    /// Adds one; the one that has to end for that.
    pub(super) fn begin(&mut self, stream: S, now: Instant) -> Option<S> {
        self.0.push_back((now + PATIENCE, stream));
        let oldest = (self.0.len() > MOST).then(|| self.0.pop_front());
        oldest.flatten().map(|(_, stream)| stream)
    }

    /// The next one whose time is over.
    pub(super) fn due(&mut self, now: Instant) -> Option<S> {
        self.deadline().filter(|until| *until <= now)?;
        self.0.pop_front().map(|(_, stream)| stream)
    }

    /// When [`due`](Self::due) has something.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.0.front().map(|(until, _)| *until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_makes_room() {
        let mut lingering = Lingering::new();
        let begin = Instant::now();
        let at = |stream: usize| begin + Duration::from_millis(stream as u64);
        for stream in 0..MOST + 3 {
            let ended = lingering.begin(stream, at(stream));
            assert_eq!(ended, stream.checked_sub(MOST));
        }
        assert_eq!(lingering.deadline(), Some(at(3) + PATIENCE));
        assert_eq!(lingering.due(at(2) + PATIENCE), None);
        assert_eq!(lingering.due(at(3) + PATIENCE), Some(3));
        assert_eq!(lingering.due(at(3) + PATIENCE), None);
    }
}
