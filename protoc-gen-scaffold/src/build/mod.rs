//! The build script's door: `.proto` files in, modules in `OUT_DIR` out.
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), protoc_gen_scaffold::build::Error> {
//!     protoc_gen_scaffold::build::Builder::new()
//!         .compile(&["proto/user/v1/user.proto"], &["proto"])
//! }
//! ```
//!
//! ```text
//! // src/lib.rs
//! pub mod proto {
//!     include!(concat!(env!("OUT_DIR"), "/mod.rs"));
//! }
//! ```

mod builder;
mod watch;

pub use crate::fault::Faults as Error;
pub use builder::{Builder, configure};
