//! The end of a pipe for who makes frames of messages himself.

use bytes::Bytes;

use super::Pipe;
use crate::framing::{self, FREE};
use crate::{Status, pool};

impl Pipe {
    /// Takes bytes that are frames already, cut anywhere, after
    /// [`poll_room`](Pipe::poll_room). The initial metadata must have been sent.
    ///
    /// # Errors
    ///
    /// `CANCELLED` when nobody takes them any more; `RESOURCE_EXHAUSTED` when the
    /// server has no memory left for them.
    pub(crate) fn forward(&self, mut piece: Bytes) -> Result<(), Status> {
        if piece.len() > FREE {
            piece = pool::charged(piece, &self.budget).ok_or_else(framing::used_up)?;
        }
        let mut state = self.lock();
        if state.closed {
            return Err(super::handler::closed());
        }
        if !piece.is_empty() {
            state.append_long(piece);
        }
        if !state.writes_here {
            state.wake_carrier();
        }
        Ok(())
    }
}
