//! Header compression (RFC 7541).

mod decoder;
mod encoder;
mod field;
mod huffman;
mod huffman_table;
mod integer;
mod rep;
mod static_table;
mod table;

#[cfg(test)]
mod appendix_c;
#[cfg(test)]
mod http2jp;
#[cfg(test)]
mod round_trip;

pub(crate) use decoder::{Decoder, Read, Refusal, string};
pub(crate) use encoder::Encoder;
pub use field::{Field, Indexing};
pub(crate) use rep::{Kind, Rep};
pub(crate) use table::Meta;
