//! A simulated network: connections between named hosts that are slow, late and
//! broken on command, the same way each time.
//!
//! [`SimNetwork`] makes [`SimHost`]s; a connection is two ends in memory and a
//! [`wire`] between them, whose two [`lane`]s carry bytes as a [`LinkConfig`]
//! says. What happens is written to a [`trace`].

mod lane;
mod link;
mod network;
mod trace;
mod wire;

pub use link::LinkConfig;
pub use network::{SimHost, SimNetwork};
pub use trace::{SimEvent, SimEventKind};
