//! When each call is due: a pure function of the plan and the seed, in ideal
//! time. Nothing here reads a clock.

mod arrival;
mod parse;
mod profile;
mod stage;

pub use arrival::Arrival;
pub(crate) use arrival::Calls;
pub use parse::parse_stages;
pub use profile::Profile;
pub use stage::{Schedule, Stage};

#[cfg(test)]
mod tests;
