//! `cargo scaffold load`: load on any gRPC server, without a line of generated
//! code. The methods come from `.proto` files or from the server's reflection, the
//! requests from JSON or from the descriptors.

mod args;
mod data;
mod driver;
mod edition;
mod find;
mod listing;
mod messages;
mod reflection;
mod schema;

use std::process::ExitCode;

use scaffold_load::LoadTest;

/// Runs the command with the arguments behind `load`; its exit codes are those of
/// a load test.
pub(crate) fn run(line: impl Iterator<Item = String>) -> ExitCode {
    LoadTest::new("cargo scaffold load")
        .command_finding(line, find::find)
        .into()
}
