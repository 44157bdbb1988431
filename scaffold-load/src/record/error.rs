//! Failures of one kind.

use serde::{Deserialize, Serialize};

/// The kind of calls that had no end when the run had.
pub const UNFINISHED: &str = "UNFINISHED";

/// The kind of calls whose answer was none, though the server said OK.
pub const UNVERIFIED: &str = "UNVERIFIED";

/// The kind of calls whose request broke a validation rule on purpose and was not
/// refused; the messages are the rules.
pub const ACCEPTED: &str = "ACCEPTED_INVALID";

/// How many different messages are kept for a kind.
const EXAMPLES: usize = 10;

/// Longer messages are cut: a server may send 16 KiB of them per call.
const MAX_EXAMPLE: usize = 500;

/// The failures of one kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallError {
    /// How many.
    pub count: u64,
    /// The first few messages that differ, at most 10.
    pub messages: Vec<String>,
}

// === impl CallError ===

impl CallError {
    pub(crate) fn note(&mut self, message: &str) {
        self.count += 1;
        self.keep(message);
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        for message in &other.messages {
            self.keep(message);
        }
    }

    fn keep(&mut self, message: &str) {
        if message.is_empty() || self.messages.len() >= EXAMPLES {
            return;
        }
        let mut end = message.len().min(MAX_EXAMPLE);
        while !message.is_char_boundary(end) {
            end -= 1;
        }
        let message = &message[..end];
        if !self.messages.iter().any(|kept| kept == message) {
            self.messages.push(message.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_few_short_examples() {
        let mut error = CallError::default();
        for n in 0..100 {
            error.note(&format!("{n} {}", "ä".repeat(1000)));
            error.note("");
        }
        let mut both = error.clone();
        both.merge(&error);
        assert_eq!(both.count, 400);
        assert_eq!(both.messages.len(), 10);
        assert!(both.messages.iter().all(|message| message.len() <= 500));
    }
}
