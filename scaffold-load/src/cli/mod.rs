//! The command line of a load test, and the file that stands in for it.

mod args;
mod command;
mod file;
mod saved;
mod values;

pub(crate) use command::{Baseline, Command, parse};

#[cfg(test)]
mod tests;
