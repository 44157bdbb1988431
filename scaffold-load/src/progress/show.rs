//! Which form progress has: as asked, or as the surroundings suggest.

use std::io::IsTerminal;

use crate::plan::Fault;

/// How the progress of a run is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Show {
    /// The view where there is a terminal and nobody else than a person, lines
    /// elsewhere.
    #[default]
    Auto,
    /// A view on the terminal; needs the feature `tui`.
    Tui,
    /// A line a second on stderr.
    Lines,
    /// Nothing.
    None,
}

/// What decides where nobody did.
#[derive(Debug, Clone, Copy)]
pub(super) struct Surroundings {
    /// Keys come from a terminal, and stderr is one that obeys.
    pub(super) terminal: bool,
    /// A build server, which may have a terminal and nobody before it.
    pub(super) ci: bool,
    /// The view is compiled in.
    pub(super) built: bool,
}

// === impl Show ===

impl Show {
    /// By its name.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "auto" => Self::Auto,
            "tui" => Self::Tui,
            "lines" => Self::Lines,
            "none" => Self::None,
            _ => return None,
        })
    }

    /// What it comes to here; never `Auto`.
    pub(super) fn decided(self, around: Surroundings) -> Result<Self, Fault> {
        match self {
            Self::Auto if around.built && around.terminal && !around.ci => Ok(Self::Tui),
            Self::Auto => Ok(Self::Lines),
            Self::Tui if !around.built => Err(Fault::usage(
                "--progress tui: this load test is built without it; it is the feature `tui` of scaffold-load".to_owned(),
            )),
            Self::Tui if !around.terminal => Err(Fault::usage(
                "--progress tui: stdin and stderr are not a terminal that can show it".to_owned(),
            )),
            other => Ok(other),
        }
    }
}

// === impl Surroundings ===

impl Surroundings {
    /// Those of this process.
    pub(super) fn here() -> Self {
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb" || term.is_empty());
        // Elsewhere than on Unix there is no TERM.
        let obeys = cfg!(not(unix)) || !dumb;
        let ci = std::env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false");
        Self {
            terminal: obeys && std::io::stdin().is_terminal() && std::io::stderr().is_terminal(),
            ci,
            built: cfg!(feature = "tui"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_for_people_at_terminals() {
        let person = Surroundings {
            terminal: true,
            ci: false,
            built: true,
        };
        assert_eq!(Show::Auto.decided(person).unwrap(), Show::Tui);
        assert_eq!(Show::Lines.decided(person).unwrap(), Show::Lines);
        assert_eq!(Show::None.decided(person).unwrap(), Show::None);
        let ci = Surroundings { ci: true, ..person };
        assert_eq!(Show::Auto.decided(ci).unwrap(), Show::Lines);
        assert_eq!(Show::Tui.decided(ci).unwrap(), Show::Tui);
        let pipe = Surroundings {
            terminal: false,
            ..person
        };
        assert_eq!(Show::Auto.decided(pipe).unwrap(), Show::Lines);
        assert!(Show::Tui.decided(pipe).is_err());
        let without = Surroundings {
            built: false,
            ..person
        };
        assert_eq!(Show::Auto.decided(without).unwrap(), Show::Lines);
        let fault = Show::Tui.decided(without).unwrap_err().to_string();
        assert!(fault.contains("feature `tui`"), "{fault}");
    }
}
