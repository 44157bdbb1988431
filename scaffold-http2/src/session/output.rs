//! What the driver writes to the transport.

use std::io::IoSlice;

use super::Session;

/// Pings that this side sends for itself. Their payloads are told apart from
/// the driver's, which are any other number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpaquePing {
    Bandwidth,
    Drain,
    Keepalive,
}

impl OpaquePing {
    const ALL: [Self; 3] = [Self::Bandwidth, Self::Drain, Self::Keepalive];

    pub(crate) const fn payload(self) -> [u8; 8] {
        match self {
            Self::Bandwidth => *b"scf\0bdp\0",
            Self::Drain => *b"scf\0end\0",
            Self::Keepalive => *b"scf\0kal\0",
        }
    }

    pub(crate) fn of(payload: [u8; 8]) -> Option<Self> {
        Self::ALL.into_iter().find(|ping| ping.payload() == payload)
    }
}

impl Session {
    /// Bytes that wait to be written.
    #[must_use]
    #[inline]
    pub fn output_len(&self) -> usize {
        self.out.pending()
    }

    /// What waits, when it is one run of bytes; `None` when large payloads
    /// are attached and [`output_slices`](Self::output_slices) is needed.
    #[must_use]
    #[inline]
    pub fn output(&self) -> Option<&[u8]> {
        self.out.contiguous()
    }

    /// Fills `slices` with what waits, in order, and returns how many it
    /// filled; when all are full there may be more.
    pub fn output_slices<'a>(&'a self, slices: &mut [IoSlice<'a>]) -> usize {
        self.out.slices(slices)
    }

    /// The transport took `count` bytes. Call it with 0 when it takes none
    /// now: from then on the write-stall time runs.
    pub fn advance(&mut self, count: usize) {
        self.written |= count > 0;
        self.out.advance(count);
        self.timers.wrote(count, self.out.pending(), self.now);
    }

    /// Exchanges the output's memory while nothing waits in it: a driver with
    /// a pool lends a buffer before a batch and takes it back after. `other`
    /// is emptied. Returns `false`, and does nothing, while bytes wait.
    pub fn swap_output(&mut self, other: &mut Vec<u8>) -> bool {
        self.out.swap(other)
    }

    /// So much output waits that no input is processed: write first.
    #[must_use]
    #[inline]
    pub fn is_choked(&self) -> bool {
        self.out.pending() >= self.limits.output_hard
    }

    /// Bytes of data that may still be written now.
    #[inline]
    pub(super) fn output_room(&self) -> usize {
        self.limits.output_soft.saturating_sub(self.out.pending())
    }
}
