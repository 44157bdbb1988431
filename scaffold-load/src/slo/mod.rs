//! What is asked of a service, and whether it was so.

mod judge;
mod measure;
mod parse;

pub use judge::Judged;
pub(crate) use judge::{defaults, judge};
pub use measure::Measure;
pub use parse::{Bound, Objective, parse_objectives};
