//! A recorder of events, frames by hand, and a connection with both around it.

mod recorder;
mod side;
pub(crate) mod wire;

pub(crate) use recorder::{Event, Recorder};
pub(crate) use side::Side;
