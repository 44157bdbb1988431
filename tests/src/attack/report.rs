//! What an attack did: to its own connection, to its neighbour, to the server.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::view::{Closed, GoAway, Stream};
use super::wire;
use crate::pb::attack::v1::Handlers;

/// How calls ended, and how many each way: "grpc OK", "http 415",
/// "RST_STREAM CANCEL", "open".
pub type Answers = BTreeMap<String, usize>;

/// What became of a connection.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// It still answers calls.
    Served,
    /// The server ended it.
    Ended {
        goaway: Option<GoAway>,
        how: Closed,
        after: Duration,
    },
    /// It is open, and answers no call, or was not asked to.
    Open {
        goaway: Option<GoAway>,
        after: Duration,
    },
}

/// One way of doing an attack.
#[derive(Clone, Debug)]
pub struct Case {
    pub name: String,
    /// Units sent (frames, or what the case is made of), whether or not the
    /// server looked at them.
    pub sent: usize,
    pub fate: Fate,
    pub answers: Answers,
    /// The last answer, where one matters more than their number.
    pub last: Option<Stream>,
    /// What else is worth saying.
    pub note: String,
}

/// Calls made on another connection while the attack went on.
#[derive(Clone, Debug, Default)]
pub struct Neighbour {
    pub calls: usize,
    pub failed: Vec<String>,
    /// Times that it was asked to reconnect, and did.
    pub moved: usize,
    pub worst: Duration,
}

/// The server's resident memory in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    pub before: u64,
    pub peak: u64,
    pub after: u64,
}

/// The whole of a row.
#[derive(Clone, Debug)]
pub struct Report {
    pub row: &'static str,
    pub input: &'static str,
    pub cases: Vec<Case>,
    pub neighbour: Neighbour,
    pub memory: Option<Memory>,
    /// Handlers that the attack started, and those of them that are gone.
    pub handlers: Option<Handlers>,
}

// === impl Fate ===

impl Fate {
    /// The GOAWAY's code and text; empty without one.
    pub fn goaway(&self) -> (Option<u32>, &str) {
        match self {
            Fate::Ended {
                goaway: Some(goaway),
                ..
            }
            | Fate::Open {
                goaway: Some(goaway),
                ..
            } => (Some(goaway.code), &goaway.debug),
            _ => (None, ""),
        }
    }

    /// How long it took, where it ended.
    pub fn ended_after(&self) -> Option<Duration> {
        match self {
            Fate::Ended { after, .. } => Some(*after),
            _ => None,
        }
    }
}

impl fmt::Display for Fate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (goaway, how, after) = match self {
            Fate::Served => return f.write_str("still served"),
            Fate::Ended { goaway, how, after } => (goaway, Some(how), after),
            Fate::Open { goaway, after } => (goaway, None, after),
        };
        if let Some(GoAway { code, debug, .. }) = goaway {
            write!(f, "GOAWAY {}", wire::code_name(*code))?;
            if !debug.is_empty() {
                write!(f, " `{debug}`")?;
            }
            f.write_str(", ")?;
        }
        match how {
            Some(Closed::Fin) => write!(f, "closed after {after:.1?}"),
            Some(Closed::Reset) => write!(f, "reset after {after:.1?}"),
            None => write!(f, "open after {after:.1?}"),
        }
    }
}

// === impl Case ===

impl Case {
    pub fn new(name: impl Into<String>, sent: usize, fate: Fate) -> Case {
        Case {
            name: name.into(),
            sent,
            fate,
            answers: Answers::new(),
            last: None,
            note: String::new(),
        }
    }

    #[must_use]
    pub fn answers(self, answers: Answers) -> Case {
        Case { answers, ..self }
    }

    /// One answer, which is all there is.
    #[must_use]
    pub fn answer(self, answer: Stream) -> Case {
        let answers = Answers::from([(answer.verdict(), 1)]);
        let last = Some(answer);
        Case {
            answers,
            last,
            ..self
        }
    }

    /// How many calls ended this way.
    pub fn count(&self, verdict: &str) -> usize {
        self.answers.get(verdict).copied().unwrap_or_default()
    }

    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Case {
        let note = note.into();
        Case { note, ..self }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} sent): {}", self.name, self.sent, self.fate)?;
        let answers: Vec<_> = self
            .answers
            .iter()
            .map(|(answer, count)| format!("{count} × {answer}"))
            .collect();
        if !answers.is_empty() {
            write!(f, "; {}", answers.join(", "))?;
        }
        if !self.note.is_empty() {
            write!(f, "; {}", self.note)?;
        }
        Ok(())
    }
}

// === impl Memory ===

impl Memory {
    /// Bytes above what it was before, at the worst moment.
    pub fn growth(self) -> u64 {
        self.peak.saturating_sub(self.before)
    }

    /// Bytes above what it was before, in the end.
    pub fn kept(self) -> u64 {
        self.after.saturating_sub(self.before)
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        write!(
            f,
            "{:.1} MiB before, {:.1} at worst, {:.1} after",
            mib(self.before),
            mib(self.peak),
            mib(self.after)
        )
    }
}

// === impl Report ===

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.row, self.input)?;
        for case in &self.cases {
            writeln!(f, "  {case}")?;
        }
        let Neighbour {
            calls,
            failed,
            moved,
            worst,
        } = &self.neighbour;
        let lost = failed.len();
        write!(
            f,
            "  neighbour: {calls} calls, {lost} failed, worst {worst:.1?}"
        )?;
        match moved {
            0 => writeln!(f)?,
            _ => writeln!(f, ", moved {moved} times")?,
        }
        if let Some(why) = failed.first() {
            writeln!(f, "    {why}")?;
        }
        if let Some(memory) = self.memory {
            writeln!(f, "  memory: {memory}")?;
        }
        if let Some(Handlers { started, gone }) = self.handlers {
            writeln!(f, "  handlers: {started} started, {gone} gone")?;
        }
        Ok(())
    }
}
