//! What is wrong with a descriptor set, a message or an override.

use std::fmt;

/// Why no payloads can be made: where, what, and how to mend it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// The overrides' file; empty if it is about none.
    pub file: String,
    /// The line in `file`, from one; zero if unknown.
    pub line: usize,
    /// The override's key, or the message or field in question; may be empty.
    pub key: String,
    /// What is wrong: a fragment in lower case, without a full stop.
    pub message: String,
    /// What to do; empty if there is nothing to add.
    pub help: String,
}

// === impl Fault ===

impl Fault {
    pub(crate) fn new(key: impl Into<String>, message: impl Into<String>) -> Fault {
        Fault {
            key: key.into(),
            message: message.into(),
            ..Fault::default()
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Fault {
        self.help = help.into();
        self
    }

    pub(crate) fn at(mut self, file: &str, line: usize) -> Fault {
        self.file = file.to_owned();
        self.line = line;
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.file.is_empty() {
            write!(f, "{}:", self.file)?;
            if self.line > 0 {
                write!(f, "{}:", self.line)?;
            }
            f.write_str(" ")?;
        }
        if !self.key.is_empty() {
            write!(f, "`{}`: ", self.key)?;
        }
        f.write_str(&self.message)?;
        if !self.help.is_empty() {
            write!(f, "\n  help: {}", self.help)?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}
