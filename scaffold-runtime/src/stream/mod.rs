//! Streams of messages: [`Streaming`] comes in, [`Sender`] goes out, and a
//! [`Pipe`] carries both on a server.

mod pipe;
mod seam;
mod sender;
mod streaming;

pub(crate) use pipe::{Outbound, Pipe, Rest, SHARED, Taken, UNREAD};
pub(crate) use seam::Source;
pub use sender::Sender;
pub use streaming::Streaming;
pub(crate) use streaming::undecodable_answer;
