//! One encoding for one meaning.
//!
//! Reflection serves each file's descriptor from bytes in generated code. Two
//! parsers of the same file agree on what it means and still write different
//! bytes: options in another order, repeated numbers packed or not, an option
//! in one piece or two, a default spelled otherwise. Generated code may not
//! depend on who parsed, so the bytes are rewritten to one form, on the wire
//! level: nothing is lost that has no field in a type of ours.
//!
//! The form: no source info; fields in number order; a message that came in
//! pieces merged; numbers as short as they go; repeated numbers packed where
//! declared so; map entries complete, sorted and one for each key; fields that
//! are for the source only left out; `syntax` left out for proto2; empty
//! options left out; `json_name` always there; defaults in one spelling.

mod builtin;
mod made;
mod numbers;
mod rewrite;
mod schema;
mod source_info;
mod wire;

pub use schema::Canonical;
pub(crate) use source_info::join_source_info;
