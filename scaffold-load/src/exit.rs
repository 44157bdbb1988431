//! How a load test ends, as a process: part of its contract with CI.

use std::process::ExitCode;

/// The exit code of a load test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Ran, valid, all gates passed.
    Passed = 0,
    /// An I/O error of our own.
    Internal = 1,
    /// The arguments make no run.
    Usage = 2,
    /// A service level objective was not met.
    Breached = 3,
    /// Worse than the run that it is compared with.
    Regressed = 4,
    /// The measurement says nothing about the server: see the verdict.
    Invalid = 5,
    /// Nothing answers at the target, or not any more.
    Unreachable = 6,
    /// Stopped by Ctrl-C; the reports hold what there was.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
