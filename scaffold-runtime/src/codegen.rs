//! What generated code names, apart from what people name.

pub use {bytes, prost, prost_types};

pub use crate::server::ServerCall;

/// The contract that this runtime keeps (docs/contract.md).
const CONTRACT: u32 = 1;

/// The version handshake: generated code calls this in a constant, so that a
/// runtime that is too old or too new for it is an error of the compiler.
///
/// # Panics
///
/// If this runtime does not keep contract `number`.
pub const fn contract(number: u32) {
    if number > CONTRACT {
        panic!(
            "this code was generated for a newer scaffold-runtime: upgrade scaffold-runtime to the version of \
             protoc-gen-scaffold that generated it"
        );
    }
    if number < CONTRACT {
        panic!(
            "this code was generated for an older scaffold-runtime: upgrade protoc-gen-scaffold to the version of \
             scaffold-runtime, and generate the code again"
        );
    }
}
