//! Metadata: the headers and trailers of a call.

mod map;
mod name;

pub use map::{InvalidMetadata, Iter, Metadata};
pub(crate) use name::is_reserved;
