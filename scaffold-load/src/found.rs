//! Services that are found when the program runs, not when it is built.

use std::sync::Arc;

use scaffold_runtime::{Channel, Metadata};

use crate::driver::Driver;
use crate::plan::{Fault, Plan};
use crate::worker::{Connector, metadata};

/// What a program found at the target.
pub enum Found {
    /// What there is to drive.
    Drivers {
        /// What reports are headed with.
        name: String,
        /// The services.
        drivers: Vec<Arc<dyn Driver>>,
    },
    /// An answer for people: there is no run.
    Said(String),
}

/// A channel to the plan's target as its calls use one, with their TLS, and the
/// metadata that they carry. It connects when it is first used.
///
/// # Errors
///
/// If the plan's target, TLS or metadata make no channel.
pub fn channel(plan: &Plan) -> Result<(Channel, Metadata), Fault> {
    Ok((Connector::new(plan)?.channel()?, metadata(plan)?))
}

// === impl Found ===

impl std::fmt::Debug for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Drivers { name, .. } => f.debug_tuple("Drivers").field(name).finish(),
            Self::Said(text) => f.debug_tuple("Said").field(text).finish(),
        }
    }
}
