//! Metadata: the headers and trailers of a call.

mod entry;
mod map;
mod name;
mod wire;

pub use entry::InvalidMetadata;
pub use map::{Iter, Metadata};
pub(crate) use name::is_reserved;
