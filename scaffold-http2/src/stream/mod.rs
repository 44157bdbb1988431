//! Streams: a slab of recycled slots, and the way from an identifier to one.

mod handle;
mod ids;
mod queue;
mod slab;
mod slot;

pub use handle::Stream;
pub(crate) use ids::{Ended, Found, Ids};
pub(crate) use queue::Queue;
pub(crate) use slab::Slab;
pub(crate) use slot::{
    BLOCKED, HANG_UP, HEAD_RECEIVED, HEAD_SENT, IN_RING, LOCAL_CLOSED, NO_LENGTH, REMOTE_CLOSED,
    SENT_DATA, Slot, WANTS_ROOM,
};
