//! `cargo scaffold`: from a .proto file to a complete Rust gRPC service, and in
//! step with it from then on.

#![forbid(unsafe_code)]

mod check_name;
mod cli;
mod command;
mod config;
mod demo;
mod embedded;
mod fault;
mod format;
mod hash;
mod json;
mod layout;
mod load;
mod lock;
mod names;
mod paths;
mod plan;
mod protos;
mod shell;
mod view;
mod write;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
