//! The states of a channel that people and calls can see.

use crate::Status;

use super::engine::Connection;

/// What a channel is doing about its connection (gRPC's [connectivity
/// semantics][spec]).
///
/// [spec]: https://github.com/grpc/grpc/blob/master/doc/connectivity-semantics-and-api.md
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConnectivityState {
    /// No connection, and none wanted: the next call opens one.
    Idle,
    /// The first attempt, or the first after a loss; calls wait for it.
    Connecting,
    /// Connected; calls go out at once.
    Ready,
    /// The last attempt failed. Calls fail at once with `UNAVAILABLE`, unless
    /// they wait for ready; attempts go on in the background, with back-off.
    TransientFailure,
}

/// The same with what each state holds.
#[derive(Debug, Clone)]
pub(super) enum State {
    Idle,
    Connecting,
    Ready(Connection),
    /// Holds what calls fail with: the addresses tried and the system's reasons.
    TransientFailure(Status),
}

// === impl State ===

impl State {
    pub(super) fn kind(&self) -> ConnectivityState {
        match self {
            Self::Idle => ConnectivityState::Idle,
            Self::Connecting => ConnectivityState::Connecting,
            Self::Ready(_) => ConnectivityState::Ready,
            Self::TransientFailure(_) => ConnectivityState::TransientFailure,
        }
    }

    pub(super) fn is_ready_with(&self, id: u64) -> bool {
        matches!(self, Self::Ready(connection) if connection.id() == id)
    }
}
