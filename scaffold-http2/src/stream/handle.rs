//! The name of a stream towards the driver.

/// A stream of one connection.
///
/// A handle outlives its stream safely: identifiers are never used twice, so
/// a command on a stream that is over is refused and cannot reach the one
/// that took its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stream {
    pub(crate) index: u32,
    pub(crate) id: u32,
}

impl Stream {
    /// The identifier on the wire (RFC 9113 section 5.1.1).
    #[must_use]
    pub const fn id(self) -> u32 {
        self.id
    }

    /// A small number, below the highest number of streams that were ever
    /// open at once: a driver may keep what belongs to a call in a `Vec` at
    /// this place. It is given to another stream once this one is over, so
    /// the entry must keep the whole handle and compare it.
    #[must_use]
    pub const fn index(self) -> usize {
        self.index as usize
    }
}
