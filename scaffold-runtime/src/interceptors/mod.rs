//! Interceptors that every service wants.
//!
//! The usual order, first to last: [`Recover`] (nothing that follows may take
//! the process down), [`AccessLog`] (sees refusals too), then what refuses
//! (authentication, limits), then [`Deadline`].

mod access_log;
mod deadline;
mod recover;

pub use access_log::AccessLog;
pub use deadline::Deadline;
pub use recover::Recover;
