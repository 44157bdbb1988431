//! What is going on, once a second, on stderr: one line that renews itself on a
//! terminal, one line after the other elsewhere.

use std::io::{IsTerminal, Write};

use crate::plan::Plan;
use crate::record::Second;
use crate::units;

/// Shows each second of a run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress {
    shows: bool,
    terminal: bool,
    /// How long the run is to be, in seconds.
    length: f64,
}

// === impl Progress ===

impl Progress {
    /// Shows nothing.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// Shows lines on stderr.
    pub(crate) fn stderr() -> Self {
        Self {
            shows: true,
            terminal: std::io::stderr().is_terminal(),
            length: 0.0,
        }
    }

    /// The same for this plan.
    pub(crate) fn of(self, plan: &Plan) -> Self {
        Self {
            length: plan.measured().as_secs_f64(),
            ..self
        }
    }

    pub(crate) fn show(&self, second: &Second) {
        if !self.shows || second.offered + second.completed + second.received == 0 {
            return;
        }
        let mut line = format!(
            "{:>4.0}/{:.0} s  offered {:>8}  ended {:>8}  in flight {:>5}  p50 {:>8}  p99 {:>8}",
            second.at + second.length,
            self.length,
            units::rate(second.offered as f64 / second.length),
            units::rate(second.completed as f64 / second.length),
            second.in_flight,
            units::latency(second.p50),
            units::latency(second.p99),
        );
        if second.failed > 0 {
            line.push_str(&format!("  failed {}", second.failed));
        }
        if second.dropped > 0 {
            line.push_str(&format!("  dropped {}", second.dropped));
        }
        let (before, after) = if self.terminal {
            ("\r\x1b[2K", "")
        } else {
            ("", "\n")
        };
        // Progress that cannot be shown is no reason to end a run.
        let mut out = std::io::stderr().lock();
        let _ = write!(out, "{before}{line}{after}");
        let _ = out.flush();
    }

    pub(crate) fn end(&self) {
        if self.terminal {
            eprintln!();
        }
    }
}
