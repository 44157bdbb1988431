//! The demo: a service made, built, started, called and load-tested, with
//! nothing left running.

mod process;
mod project;
mod signals;
mod steps;

pub(crate) use project::Home;
pub(crate) use signals::Signals;
pub(crate) use steps::Demo;
