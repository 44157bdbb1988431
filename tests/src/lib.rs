//! What the end-to-end tests share: the probe service, gRPC's interop suite and the
//! tools of others.

pub mod attack;
pub mod checks;
pub mod corpus;
pub mod interop;
pub mod krate;
pub mod payloads;
pub mod probe;
pub mod tools;
pub mod victim;

/// The generated code of the services in `proto/`.
pub mod pb {
    include!(concat!(env!("OUT_DIR"), "/mod.rs"));
}
