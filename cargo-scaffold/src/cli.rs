//! The command line, from arguments to exit code.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::command::{demo, generate, inspect, new};
use crate::fault::{Exit, Fault, Result};
use crate::load;
use crate::shell::{ColorChoice, Shell};

/// From a .proto file to a complete Rust gRPC service, and in step with it from
/// then on.
#[derive(Debug, Parser)]
#[command(
    name = "scaffold",
    bin_name = "cargo scaffold",
    version,
    disable_help_subcommand = true,
    after_help = "Exit codes: 0 done, 1 internal, 2 usage or config, 3 something would change,\n5 faults in the protos, 130 interrupted."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// When to use colour.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        env = "CARGO_TERM_COLOR",
        hide_env = true
    )]
    color: ColorChoice,

    /// Say only what went wrong.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,

    /// Say more.
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a project around .proto files.
    New(new::Args),
    /// Bring a project in step with its .proto files.
    #[command(visible_alias = "gen")]
    Generate(generate::Args),
    /// Show the whole thing: a service made, built, started, called and load-tested.
    Demo(demo::Args),
    /// Print what .proto files say: services, methods, policies.
    Inspect(inspect::Args),
    /// Make load on any gRPC server, with no code: `cargo scaffold load --help`.
    #[command(disable_help_flag = true)]
    Load {
        /// A server, methods, and all flags of a load test
        #[arg(
            value_name = "ARGS",
            trailing_var_arg = true,
            allow_hyphen_values = true
        )]
        line: Vec<String>,
    },
}

pub(crate) fn main() -> ExitCode {
    let arguments = arguments(std::env::args_os());
    // It reads its own line: to this one its flags are words.
    if arguments.get(1).is_some_and(|command| command == "load") {
        let line = arguments.iter().skip(2);
        return load::run(line.map(|word| word.to_string_lossy().into_owned()));
    }
    let cli = Cli::parse_from(arguments);
    let shell = Shell::new(cli.color, cli.quiet, cli.verbose);
    let exit = match run(cli.command, shell) {
        Ok(exit) => exit,
        Err(fault) => {
            shell.fault(&fault);
            fault.exit
        }
    };
    ExitCode::from(exit as u8)
}

fn run(command: Command, shell: Shell) -> Result<Exit> {
    match command {
        Command::New(args) => new::run(args, shell),
        Command::Generate(args) => generate::run(args, shell),
        Command::Demo(args) => demo::run(args, shell),
        Command::Inspect(args) => inspect::run(args, shell),
        // Flags of this tool stood in front of it.
        Command::Load { .. } => Err(Fault::usage("`load` takes none of the flags before it")
            .help("write `cargo scaffold load ...`")),
    }
}

/// Cargo runs `cargo scaffold new` as `cargo-scaffold scaffold new`; by hand
/// the second word is missing. Both are the same.
fn arguments(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut args: Vec<OsString> = args.collect();
    if args.get(1).is_some_and(|arg| arg == "scaffold") {
        args.remove(1);
    }
    args
}
