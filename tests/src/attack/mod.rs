//! Attacks on a gRPC server over a raw socket, by the rows of
//! docs/hostile-inputs.md: each does what its row says and reports what it saw.
//! The tests judge; the binary `attack` prints, for any server that offers
//! `attack.v1.Target`.

#![allow(missing_docs, reason = "the words of the RFCs and of the rows say it")]
mod end;
pub mod neighbour;
pub mod peer;
pub mod process;
pub mod report;
pub mod rows;
mod talk;
pub mod target;
pub mod view;
pub mod wire;

pub use neighbour::Bystander;
pub use peer::{Manners, Peer};
pub use process::Process;
pub use report::{Answers, Case, Fate, Memory, Report};
pub use rows::{ROWS, Row};
pub use target::Target;
