//! Lowering: any syntax or edition in, the one dialect that prost-build knows
//! out.
//!
//! prost-build knows no editions, reads presence and packing off the syntax,
//! and unwraps what it expects to find. So every file is resolved to the same
//! plain form: proto3, with presence, packing and grouping written out on each
//! field, every type reference checked, and a source location for each path
//! that prost-build will ask for.

mod docs;
mod enumeration;
mod features;
mod field;
mod message;
mod recursion;
mod walk;

pub use docs::{doc_marker, doc_number};
pub use features::Features;
pub use walk::{Lowered, lower};
