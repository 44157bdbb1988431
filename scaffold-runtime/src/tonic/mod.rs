//! Statuses, metadata, requests and responses as tonic's, and back (feature
//! `tonic`).
//!
//! ```
//! let theirs = tonic::Status::not_found("no user 17");
//! let ours = scaffold_runtime::Status::from(theirs);
//! assert_eq!(ours.code(), scaffold_runtime::Code::NotFound);
//! ```

mod envelope;
mod metadata;
mod status;
