//! user-service: the services and what they are made of.

pub mod config;
pub mod services;

/// Messages, traits, clients and load drivers, generated from the .proto files
/// by `cargo scaffold generate`.
#[rustfmt::skip]
#[path = "gen/mod.rs"]
pub mod pb;
