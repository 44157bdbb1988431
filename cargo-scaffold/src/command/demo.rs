//! `cargo scaffold demo`: the whole thing, in one command.

use std::path::PathBuf;

use crate::demo::{Demo, Home, Signals};
use crate::fault::{Exit, Result};
use crate::shell::Shell;

/// What `demo` takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Make the project here and leave it, instead of in a temporary directory.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,

    /// Leave the temporary project.
    #[arg(long)]
    keep: bool,

    /// Calls per second of the load test.
    #[arg(long, value_name = "RATE", default_value = "500/s")]
    rate: String,

    /// How long the load test runs.
    #[arg(long, value_name = "TIME", default_value = "5s")]
    duration: String,

    /// Build here instead of in the project: for tests, which build it often.
    #[arg(long, value_name = "DIR", hide = true)]
    target_dir: Option<PathBuf>,
}

pub(crate) fn run(args: Args, shell: Shell) -> Result<Exit> {
    let signals = Signals::catch()?;
    let mut home = Home::new(args.dir.as_deref())?;
    if args.keep {
        home.keep();
    }
    let target = args.target_dir.unwrap_or_else(|| home.dir().join("target"));
    let demo = Demo {
        home: &home,
        target,
        rate: &args.rate,
        duration: &args.duration,
        signals,
        shell,
    };
    let report = demo.run().map_err(|fault| match fault.exit {
        Exit::Interrupted => fault,
        _ if home.is_temporary() => fault.help("run it with --keep to look at the project"),
        _ => fault.help(format!("the project is in {}", home.dir().display())),
    })?;
    println!("report: {}", report.display());
    if !home.is_temporary() {
        println!("project: {}", home.dir().display());
    }
    Ok(Exit::Done)
}
