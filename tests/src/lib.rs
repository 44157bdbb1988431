//! What the end-to-end tests share: the probe service and the tools of others.

pub mod checks;
pub mod krate;
pub mod probe;
pub mod tools;

/// The probe service's generated code.
pub mod pb {
    include!(concat!(env!("OUT_DIR"), "/mod.rs"));
}
