//! Header fields: the names that matter, and what HTTP/2 allows in names and
//! values.

mod name;
mod rules;

pub use name::Name;
pub(crate) use rules::{check, sendable};
