//! Messages made smaller, and made whole again within a bound (gRPC,
//! "compression.md"). It knows bytes and names of encodings, and nothing of frames,
//! streams or HTTP/2.

mod codec;
mod config;
mod encoding;
mod encodings;
mod fault;
#[cfg(feature = "gzip")]
mod gzip;
#[cfg(feature = "gzip")]
mod gzip_header;
mod level;
mod room;
#[cfg(test)]
mod tests;
#[cfg(feature = "zstd")]
mod zstd;

pub(crate) use codec::{compress, decompress};
pub use config::CompressionConfig;
pub use encoding::Encoding;
pub use encodings::Encodings;
pub(crate) use fault::Fault;
pub use level::Level;
