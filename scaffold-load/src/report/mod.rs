//! What a run did, for people and for programs.

mod format;
mod hlog;
mod html;
mod json;
mod junit;
mod markdown;
mod repeat;
mod subject;
mod text;
mod words;
mod write;

pub use format::Format;
pub use json::read_json;
pub use subject::{Report, html, json};
pub use text::text;
pub(crate) use words::next;
pub(crate) use write::{Place, Reports};
