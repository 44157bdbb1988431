//! What the server takes while it is loaded: its process where it runs on this
//! machine, or the metrics that it tells.

mod expose;
mod http;
mod process;
mod source;
mod watcher;

pub(crate) use source::Source;
pub(crate) use watcher::Watcher;
