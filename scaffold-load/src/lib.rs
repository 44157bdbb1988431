//! The load engine: calls at the rate that is asked for, latency from the moment
//! a call was due, and a verdict on the measurement itself.
//!
//! A load test of a scaffolded project is a few lines:
//!
//! ```text
//! fn main() -> std::process::ExitCode {
//!     scaffold_load::LoadTest::new("users").driver(UserServiceLoad::new()).main()
//! }
//! ```

#![forbid(unsafe_code)]

mod cli;
mod clock;
pub mod codegen;
mod compare;
mod driver;
mod exit;
mod finish;
mod found;
mod loadtest;
mod methods;
mod mix;
mod pace;
pub mod payload;
mod plan;
mod pool;
mod printable;
mod progress;
mod random;
mod raw;
mod record;
pub mod report;
mod run;
mod saved;
mod schedule;
mod search;
mod slo;
mod target;
mod tls;
mod units;
mod verdict;
mod watch;
mod worker;

pub use cli::Extra;
pub use compare::{Comparison, Row, Word, compare};
pub use driver::{Driver, Requests};
pub use exit::Exit;
pub use found::{Found, channel};
pub use loadtest::LoadTest;
pub use methods::requests;
pub use mix::{Mix, names};
pub use plan::{Fault, Plan, Shard, Spin};
pub use progress::Show;
pub use record::{
    ACCEPTED, CallError, Histogram, MethodRecord, MethodSecond, Record, Second, Series, Server,
    ServerSample, SlowCall, UNFINISHED, UNVERIFIED,
};
pub use run::{Cpu, Machine, MethodInfo, Run, Stopped, run};
pub use schedule::{Arrival, Profile, Schedule, Stage, parse_stages};
pub use search::{Probe, Search, Searching};
pub use slo::{Bound, Judged, Measure, Objective, parse_objectives};
pub use verdict::Verdict;
