//! The status of a call: code, message, rich details.

pub mod details;
mod percent;
mod types;
mod wire;

pub use details::ErrorDetails;
pub use types::Status;
pub(crate) use wire::write_code;
