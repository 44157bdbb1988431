//! The transport: HTTP/2, by the `h2` crate for now.
//!
//! This is the only room that names `h2` and `http`. What is outside sees heads
//! as [`Metadata`](crate::Metadata), bodies as bytes, and polls.

pub(crate) mod client;
mod headers;
