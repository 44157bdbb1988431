//! Metadata: the headers and trailers of a call.

mod entry;
#[cfg(any(feature = "tonic", feature = "tower"))]
mod headers;
mod map;
mod name;
mod wire;

pub use entry::InvalidMetadata;
pub use map::{Iter, Metadata};
pub(crate) use name::{is_misplaced, is_reserved};
