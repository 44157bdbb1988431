//! Arguments of programs that find their services when they run.

use std::fmt;

use clap::Args;

use crate::mix::Mix;

/// Arguments beside those of every load test.
pub trait Extra: Args + fmt::Debug {
    /// Whether `loadtest.toml` and `scaffold.toml` are read where they are, or
    /// only what `--config` names: a project's settings are for its own service.
    const IN_PROJECT: bool;

    /// The command, as people write it.
    const PROGRAM: &str;

    /// A target that is named without a flag.
    fn target(&self) -> Option<&str> {
        None
    }

    /// Shares of the methods that are named without `--mix`.
    fn mix(&self) -> Option<Mix> {
        None
    }

    /// The same arguments again, word by word, but for the target: reports say how
    /// to repeat a run.
    fn words(&self) -> Vec<String> {
        Vec::new()
    }
}

/// No further arguments: the services are compiled in.
#[derive(Debug, Args)]
pub(crate) struct Nothing {}

impl Extra for Nothing {
    const IN_PROJECT: bool = true;
    const PROGRAM: &str = "cargo loadtest";
}
