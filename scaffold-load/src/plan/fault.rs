//! Why a run cannot be.

use std::fmt;

use crate::Exit;

/// Why a run cannot be, or why it ended early.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    message: String,
    exit: Exit,
}

// === impl Fault ===

impl Fault {
    /// The plan makes no run.
    pub fn usage(message: String) -> Self {
        Self {
            message,
            exit: Exit::Usage,
        }
    }

    /// Nothing answers at the target, or not as the service that is meant.
    pub fn unreachable(message: String) -> Self {
        Self {
            message,
            exit: Exit::Unreachable,
        }
    }

    /// The machine the test runs on failed.
    pub fn internal(message: String) -> Self {
        Self {
            message,
            exit: Exit::Internal,
        }
    }

    /// The exit code that tells of it.
    pub fn exit(&self) -> Exit {
        self.exit
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
