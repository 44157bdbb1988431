//! Why a run ended before its time.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a run ended before its time. What was measured until then is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    /// By Ctrl-C.
    Interrupted,
    /// An objective was missed for as long as it allows.
    Missed(String),
    /// The server was gone: all connections were down, and no call ended well.
    Lost(String),
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Interrupted => f.write_str("interrupted"),
            Self::Missed(what) | Self::Lost(what) => f.write_str(what),
        }
    }
}
