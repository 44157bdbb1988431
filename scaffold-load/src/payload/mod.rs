//! Payloads from descriptors: realistic, deterministic, written straight to wire
//! bytes.
//!
//! No message type is needed, so generated drivers and calls to servers of
//! others use the same generator. Each value comes from the first of these that
//! has something to say: an [override](Overrides), a validation rule
//! (`buf.validate`), the field's name, its type. docs/payloads.md is the guide.
//!
//! ```
//! use scaffold_load::payload::{Options, Pool};
//! # fn run(descriptor_set: &[u8]) -> Result<(), scaffold_load::payload::Fault> {
//! let pool = Pool::new(descriptor_set)?;
//! let users = pool.generator("user.v1.GetUserRequest", &Options::default())?;
//! let mut bytes = Vec::new();
//! users.encode(0, &mut bytes);
//! # Ok(())
//! # }
//! ```

mod descriptor;
mod encode;
mod fault;
mod generator;
mod heuristics;
mod make;
mod maths;
mod options;
mod overrides;
mod pattern;
mod plan;
mod pool;
mod rng;
mod rules;
mod violate;
mod wire;
mod words;

pub use fault::Fault;
pub use generator::Generator;
pub use options::{Limits, Options};
pub use overrides::Overrides;
pub use pool::{Method, Pool};
pub use violate::Violation;
