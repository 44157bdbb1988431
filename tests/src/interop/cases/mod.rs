//! The cases, by their official names.
//!
//! Not here: `cacheable_unary`, which is about a cache between client and server
//! that answers GET, and those that need an account in Google's cloud.

mod compression;
mod ending;
mod load;
mod metadata;
mod run;
mod soak;
mod status;
mod streaming;
mod unary;

pub use run::{ALL, COMPRESSED, PLAIN, run};
