//! `Pipe`: the bytes of one call, both ways, between the handler and whatever
//! carries them.
//!
//! # Motivation
//!
//! A handler may read and write from any task; what carries the bytes (a
//! connection, or the body of an `http` response) has them at its own time. A
//! unary call whose request is complete needs none of this and has no pipe.
//!
//! Both ends only move bytes in and out under a lock that is held for a copy
//! at most. The *carrier* is polled together with the call, so that a handler
//! in the call's own task wakes nobody: the carrier looks when the poll is
//! over. One in another task wakes the call.

mod carrier;
mod handler;
#[cfg(feature = "tower")]
mod raw;
mod state;
#[cfg(test)]
mod tests;

pub(crate) use carrier::{Outbound, Rest, SHARED, Taken};
pub(crate) use state::{Pipe, UNREAD};
