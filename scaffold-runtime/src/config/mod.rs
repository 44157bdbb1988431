//! Typed configuration: a TOML file, environment variables over it, and the
//! effective result in print. Feature `config`.

pub mod duration;
mod error;
mod load;
mod overlay;

pub use error::ConfigError;
pub use load::{load, load_from, render};
