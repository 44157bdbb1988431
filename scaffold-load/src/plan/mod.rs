//! What a run is to do, and the reasons why it cannot.

mod fault;
mod settings;
mod shard;

pub use fault::Fault;
pub use settings::{Plan, Spin};
pub use shard::Shard;
