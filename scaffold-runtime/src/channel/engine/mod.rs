//! The client's engine: calls over one connection of `scaffold-http2`.
//!
//! A connection is a state machine behind a lock. A task that makes a call
//! takes the lock, writes its request into the output, and leaves; the driver
//! moves the bytes and hands out what comes. `docs/client-engine.md` says why.

mod agreed;
mod buffers;
mod call;
mod core;
mod driver;
mod events;
mod frame;
mod open;
mod record;
mod send;
mod shared;
mod template;
mod turn;
mod waiting;

pub(crate) use call::{Call, Event, Quick, give_back};
pub(crate) use core::Settings;
pub(crate) use driver::Driver;
pub(crate) use frame::{Frame, Prepared};
pub(crate) use open::{Refusal, Start, Timeout};
pub(crate) use record::{Announcement, End};
pub(crate) use send::Gone;
pub(crate) use shared::Connection;
pub(crate) use template::Names;
