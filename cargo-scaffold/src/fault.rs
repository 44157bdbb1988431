//! Errors that a person can mend: what, help, and what was left alone.

use std::fmt;

/// The exit codes of the tool; part of its contract with scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Internal = 1,
    Usage = 2,
    Drift = 3,
    Proto = 5,
    Interrupted = 130,
}

/// Why a command did not do its work.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) exit: Exit,
    /// Each with its place in front, where it has one.
    pub(crate) what: Vec<String>,
    pub(crate) help: Option<String>,
    /// What the command did not touch, or what it left behind.
    pub(crate) note: Option<String>,
}

pub(crate) type Result<T> = std::result::Result<T, Fault>;

/// Puts a sentence in front of an error from below.
pub(crate) trait Context<T> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T>;
}

// === impl Fault ===

impl Fault {
    fn new(exit: Exit, what: impl Into<String>) -> Self {
        Self {
            exit,
            what: vec![what.into()],
            help: None,
            note: None,
        }
    }

    /// The arguments or a configuration file make no sense.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what)
    }

    /// The machine, not the person.
    pub(crate) fn internal(what: impl Into<String>) -> Self {
        Self::new(Exit::Internal, what)
    }

    /// The project is not what the protos say it should be.
    pub(crate) fn drift(what: impl Into<String>) -> Self {
        Self::new(Exit::Drift, what)
    }

    /// The `.proto` files, or the names in them.
    pub(crate) fn proto(what: Vec<String>) -> Self {
        Self {
            exit: Exit::Proto,
            what,
            help: None,
            note: None,
        }
    }

    /// A signal asked for the end.
    pub(crate) fn interrupted() -> Self {
        Self::new(Exit::Interrupted, "interrupted")
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what.join("\n"))
    }
}

impl<T> Context<T> for std::io::Result<T> {
    fn context(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Fault::internal(format!("{}: {error}", what())))
    }
}
