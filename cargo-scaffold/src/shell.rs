//! What is told to the person: narration on stderr, data on stdout.

use std::fmt::Display;
use std::io::{IsTerminal, Write};

use crate::fault::Fault;

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ColorChoice {
    Auto,
    Always,
    Never,
}

/// The narrator.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shell {
    color: bool,
    quiet: bool,
    verbose: bool,
}

// === impl Shell ===

impl Shell {
    pub(crate) fn new(color: ColorChoice, quiet: bool, verbose: bool) -> Self {
        let color = match color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                std::io::stderr().is_terminal() && !refused
            }
        };
        Self {
            color,
            quiet,
            verbose,
        }
    }

    pub(crate) fn verbose(&self) -> bool {
        self.verbose
    }

    /// Is there a terminal on which a line can be renewed?
    pub(crate) fn live(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// `     Created greeter`, as cargo says it.
    pub(crate) fn status(&self, verb: &str, what: impl Display) {
        if !self.quiet {
            self.line("1;32", &format!("{verb:>12}"), &what.to_string());
        }
    }

    /// Something that needs a person.
    pub(crate) fn warn(&self, what: impl Display) {
        self.line("1;33", "warning:", &what.to_string());
    }

    /// More for those who asked for it.
    pub(crate) fn detail(&self, what: impl Display) {
        if self.verbose {
            self.line("2", &format!("{:>12}", ""), &what.to_string());
        }
    }

    /// A line that the next one overwrites.
    pub(crate) fn progress(&self, verb: &str, what: impl Display) {
        if self.live() {
            let verb = self.paint("1;36", &format!("{verb:>12}"));
            let mut err = std::io::stderr().lock();
            let _ = write!(err, "\r\x1b[2K{verb} {what}").and_then(|()| err.flush());
        }
    }

    /// Takes the progress line away.
    pub(crate) fn clear(&self) {
        if self.live() {
            let mut err = std::io::stderr().lock();
            let _ = write!(err, "\r\x1b[2K").and_then(|()| err.flush());
        }
    }

    pub(crate) fn fault(&self, fault: &Fault) {
        for what in &fault.what {
            self.line("1;31", "error:", what);
        }
        if let Some(help) = &fault.help {
            self.line("1;36", "  help:", help);
        }
        if let Some(note) = &fault.note {
            self.line("1;36", "  note:", note);
        }
    }

    fn line(&self, code: &str, word: &str, rest: &str) {
        let word = self.paint(code, word);
        // Nobody may be listening any more.
        let _ = writeln!(std::io::stderr().lock(), "{word} {rest}");
    }

    fn paint(&self, code: &str, word: &str) -> String {
        if self.color && !word.trim().is_empty() {
            format!("\x1b[{code}m{word}\x1b[0m")
        } else {
            word.to_owned()
        }
    }
}
