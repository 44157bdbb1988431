//! The command line of a load test, and the file that stands in for it.

mod args;
mod command;
mod extra;
mod file;
mod job;
mod saved;
mod values;

pub(crate) use command::{Baseline, Command, Planned, parse};
pub use extra::Extra;
pub(crate) use extra::Nothing;

#[cfg(test)]
mod tests;
