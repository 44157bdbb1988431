//! One line a second on stderr: one that renews itself on a terminal, one after
//! the other elsewhere.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use super::about::About;
use super::watch::{Progress, SoFar};
use crate::record::Second;
use crate::search::Probe;
use crate::units;

/// Lines on stderr.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    terminal: bool,
    /// The runs of a search have a line each, which is not of here.
    searches: bool,
    about: Option<About>,
    begin: Option<Instant>,
    /// When the last line was written.
    written: Option<Instant>,
    /// Calls under way, at the last look.
    in_flight: u64,
}

// === impl Lines ===

impl Lines {
    pub(super) fn stderr(searches: bool) -> Self {
        Self {
            terminal: std::io::stderr().is_terminal(),
            searches,
            ..Self::default()
        }
    }

    /// What no second tells of: the time before what is measured, and after it.
    fn pass(&mut self, now: Instant) {
        let recent = |at: Instant| now.saturating_duration_since(at) < Duration::from_millis(990);
        if self.written.is_some_and(recent) {
            return;
        }
        if let (Some(about), Some(begin)) = (&self.about, self.begin)
            && let Some(line) = between(about, begin, now, self.in_flight)
        {
            self.write(&line);
        }
    }

    fn write(&mut self, line: &str) {
        if self.searches {
            return;
        }
        self.written = Some(Instant::now());
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
}

impl Progress for Lines {
    fn connects(&mut self, about: About) {
        self.write(&format!("connecting to {}", about.target));
        self.begin = None;
        self.about = Some(about);
    }

    fn goes(&mut self, begin: Instant, _: &Arc<AtomicBool>) {
        self.begin = Some(begin);
        self.written = None;
        self.pass(Instant::now());
    }

    fn passes(&mut self) {
        self.pass(Instant::now());
    }

    fn second(&mut self, second: &Second, _: &SoFar<'_>) {
        self.in_flight = second.in_flight;
        let length = self.about.as_ref().map_or(0.0, |about| about.length);
        if let Some(line) = line(second, length) {
            self.write(&line);
        }
    }

    fn ends(&mut self) {
        if self.terminal && !self.searches {
            eprintln!();
        }
    }

    fn probed(&mut self, probe: &Probe) {
        eprintln!("{probe}");
    }
}

/// The line of a second; none if nothing went on in it, or only the end of what
/// is under way.
fn line(second: &Second, length: f64) -> Option<String> {
    if second.offered + second.completed + second.received == 0 {
        return None;
    }
    let end = second.at + second.length;
    let mut line = match second.at < length {
        true => format!("{end:>4.0}/{length:.0} s"),
        false => format!("{:>4.0} s after the end: draining", end - length),
    };
    line.push_str(&format!(
        "  offered {:>8}  ended {:>8}  in flight {:>5}  p50 {:>8}  p99 {:>8}",
        units::rate(second.offered as f64 / second.length),
        units::rate(second.completed as f64 / second.length),
        second.in_flight,
        units::latency(second.p50),
        units::latency(second.p99),
    ));
    if second.failed > 0 {
        line.push_str(&format!("  failed {}", second.failed));
    }
    if second.dropped > 0 {
        line.push_str(&format!("  dropped {}", second.dropped));
    }
    Some(line)
}

/// The line of a time that no second tells of.
fn between(about: &About, begin: Instant, now: Instant, in_flight: u64) -> Option<String> {
    let left = begin.saturating_duration_since(now).as_secs_f64();
    if left > about.warmup + 0.5 {
        return Some(format!(
            "waiting for the start in {:.0} s",
            left - about.warmup
        ));
    }
    if left > 0.1 {
        return Some(format!("warming up: {left:.0} s to go"));
    }
    let after = now.saturating_duration_since(begin).as_secs_f64() - about.length;
    // The last second of the load is told of shortly after its end.
    (after > 1.2).then(|| format!("draining: {in_flight} calls under way at the last look"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Plan;

    #[test]
    fn seconds_are_lines() {
        let mut second = Second {
            at: 3.0,
            length: 1.0,
            offered: 50,
            completed: 49,
            in_flight: 2,
            p50: 1_234_567,
            p99: 20_000_000,
            ..Second::default()
        };
        assert_eq!(
            line(&second, 10.0).unwrap(),
            "   4/10 s  offered     50/s  ended     49/s  in flight     2  p50  1.23 ms  p99    20 ms"
        );
        second.failed = 3;
        second.dropped = 2;
        assert!(
            line(&second, 10.0)
                .unwrap()
                .ends_with("  failed 3  dropped 2")
        );
        second.at = 11.0;
        assert!(line(&second, 10.0).unwrap().contains("draining"));
        assert_eq!(line(&Second::default(), 10.0), None);
    }

    #[test]
    fn so_is_the_time_before_and_after() {
        let plan = Plan {
            duration: Duration::from_secs(10),
            warmup: Some(Duration::from_secs(2)),
            ..Plan::default()
        };
        let about = About::of(&plan, &[], &[]);
        let now = Instant::now();
        let at = |begin: Instant| between(&about, begin, now, 7);
        let later = |seconds: f64| now + Duration::from_secs_f64(seconds);
        assert_eq!(at(later(60.0)).unwrap(), "waiting for the start in 58 s");
        assert_eq!(at(later(2.0)).unwrap(), "warming up: 2 s to go");
        assert_eq!(at(now), None);
        let begin = now
            .checked_sub(Duration::from_secs(12))
            .expect("an up machine");
        assert!(at(begin).unwrap().starts_with("draining: 7 calls"));
    }
}
