//! HTTP/2 (RFC 9113) and HPACK (RFC 7541) as a pure state machine: bytes in,
//! events out; commands in, bytes out. No I/O, no clock, no tasks.
#![forbid(unsafe_code)]

mod budget;
mod cause;
mod code;
mod config;
mod connection;
mod counters;
mod error;
mod field;
mod frame;
mod handler;
mod head;
mod hpack;
mod limits;
mod receive;
mod session;
mod stream;
mod time;

pub use budget::Rate;
pub use cause::Cause;
pub use code::ErrorCode;
pub use config::{Config, Keepalive, PingPolicy, Role};
pub use connection::Connection;
pub use counters::Counters;
pub use error::{ConnectionError, OpenError, SendError};
pub use field::Name;
pub use handler::{GoAway, Handler, Reset, ResetCause};
pub use head::{Fields, Head};
pub use hpack::{Field, Indexing};
pub use limits::Limits;
pub use session::{FrameWriter, Session, Template};
pub use stream::Stream;
pub use time::Time;
