//! The handles of calls with a request stream.
//!
//! Dropping a handle before the call has ended cancels the call: the server
//! sees RST_STREAM(CANCEL), never a stream that looks complete.

mod bidi;
mod client;
mod intercepted;
mod sender;
mod source;

pub use bidi::BidiStreaming;
pub use client::ClientStreaming;
pub(crate) use client::single;
pub(crate) use intercepted::{Tail, begin, failed, unanswered};
pub use sender::RequestSender;
pub(crate) use source::CallSource;
