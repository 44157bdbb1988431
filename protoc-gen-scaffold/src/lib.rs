//! From protobuf descriptors to Rust gRPC services.
#![forbid(unsafe_code)]

pub mod compile;
pub mod descriptor;
pub mod fault;
pub mod lower;
pub mod request;
pub mod write;
