//! What happened on a connection, in numbers.

use crate::Cause;

/// Totals since the connection began. They only go up.
#[derive(Clone, Debug)]
pub struct Counters {
    /// Streams that were opened, refused ones not counted.
    pub streams_opened: u64,
    /// Streams that both sides ended.
    pub streams_completed: u64,
    /// Streams that the peer reset.
    pub resets_received: u64,
    /// Streams that this side reset, for any reason.
    pub resets_sent: u64,
    /// Header blocks recognised without being decoded, values that differ
    /// from call to call aside.
    pub heads_recognised: u64,
    /// Header blocks decoded.
    pub heads_decoded: u64,
    /// Frames received.
    pub frames_received: u64,
    /// Payload bytes of DATA received, padding not counted.
    pub data_received: u64,
    /// Streams and connections that this side ended for a [`Cause`]: the sum
    /// of [`of`](Self::of).
    pub ended: u64,
    /// Payload bytes of DATA sent.
    pub data_sent: u64,
    causes: [u64; Cause::ALL.len()],
}

impl Counters {
    pub(crate) const fn new() -> Self {
        Self {
            streams_opened: 0,
            streams_completed: 0,
            resets_received: 0,
            resets_sent: 0,
            heads_recognised: 0,
            heads_decoded: 0,
            frames_received: 0,
            data_received: 0,
            ended: 0,
            data_sent: 0,
            causes: [0; Cause::ALL.len()],
        }
    }

    /// How often this side ended a stream or the connection for this cause.
    #[must_use]
    pub const fn of(&self, cause: Cause) -> u64 {
        self.causes[cause as usize]
    }

    pub(crate) fn count(&mut self, cause: Cause) {
        self.ended += 1;
        self.causes[cause as usize] += 1;
    }
}
