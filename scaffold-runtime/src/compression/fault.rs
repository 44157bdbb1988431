//! Why bytes did not become a message.

use crate::Status;
use crate::counters::Cause;

use super::Encoding;

/// Why a message cannot be compressed or decompressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(any(feature = "gzip", feature = "zstd")), allow(dead_code))]
pub(crate) enum Fault {
    /// The bytes are not what the encoding makes; with the reason.
    Corrupt(Encoding, &'static str),
    /// More than this many bytes would come out.
    TooLong(usize),
    /// There is no memory for a context.
    NoMemory,
    /// The encoding is not in this build.
    #[cfg_attr(all(feature = "gzip", feature = "zstd"), allow(dead_code))]
    NotBuiltIn(Encoding),
}

// === impl Fault ===

impl From<Fault> for Status {
    fn from(fault: Fault) -> Status {
        match fault {
            Fault::Corrupt(encoding, reason) => {
                Status::internal(format!("message is not valid {encoding}: {reason}"))
                    .because(Cause::BadCompression)
            }
            Fault::TooLong(limit) => Status::resource_exhausted(format!(
                "received message is over {limit} bytes long when decompressed, which is the limit"
            ))
            .because(Cause::MessageTooLarge),
            Fault::NoMemory => Status::resource_exhausted("there is no memory to decompress with"),
            Fault::NotBuiltIn(encoding) => Status::unimplemented(format!(
                "{encoding} is not built in: the cargo feature `{encoding}` of scaffold-runtime has it"
            )),
        }
    }
}
