//! Streams of messages: [`Streaming`] comes in, [`Sender`] goes out.

mod seam;
mod sender;
mod streaming;

pub(crate) use seam::{Sink, Source};
pub use sender::Sender;
pub use streaming::Streaming;
