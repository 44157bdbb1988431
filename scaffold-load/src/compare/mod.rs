//! Two runs against each other: what changed, as far as chance lets one say.

mod comparable;
mod rows;
mod text;
mod welch;

pub use rows::{Comparison, Row, Word, compare};
pub(crate) use text::text;

#[cfg(test)]
mod tests;
