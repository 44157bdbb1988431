//! The load engine that generated drivers call: calls at a constant rate,
//! latency from the moment a call was due, and a verdict on the measurement
//! itself.
//!
//! A load test of a scaffolded project is a few lines:
//!
//! ```text
//! fn main() -> std::process::ExitCode {
//!     scaffold_load::LoadTest::new("users").driver(UserServiceLoad::new).main()
//! }
//! ```

#![forbid(unsafe_code)]

mod cli;
pub mod codegen;
mod driver;
mod exit;
mod gate;
mod loadtest;
mod mix;
mod pace;
pub mod payload;
mod plan;
mod progress;
mod record;
pub mod report;
mod run;
mod target;
mod units;
mod verdict;
mod worker;

pub use driver::{Driver, Sample};
pub use exit::Exit;
pub use gate::Breach;
pub use loadtest::LoadTest;
pub use mix::Mix;
pub use plan::{Fault, Plan};
pub use record::{CallError, MethodRecord, Record, Second};
pub use run::{Run, run};
pub use verdict::Verdict;
