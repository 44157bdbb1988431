//! Room for output that grows as it comes.

use super::Fault;

/// The first room for a message whose length nobody can be trusted on.
#[cfg(any(feature = "gzip", feature = "zstd"))]
const FIRST: usize = 4 * 1024;

/// What is appended to a buffer, up to a limit.
pub(super) struct Room {
    /// Where in the buffer it begins.
    start: usize,
    limit: usize,
}

// === impl Room ===

impl Room {
    /// Room behind what the buffer holds, for `limit` bytes and one: the one that
    /// shows that there are too many.
    pub(super) fn behind(out: &[u8], limit: usize) -> Room {
        Room {
            start: out.len(),
            limit,
        }
    }

    /// Sees to it that there is room in `out`: doubles it, up to the limit.
    ///
    /// # Errors
    ///
    /// `TooLong` if the limit is passed.
    #[cfg(any(feature = "gzip", feature = "zstd"))]
    pub(super) fn grow(&self, out: &mut Vec<u8>) -> Result<(), Fault> {
        self.check(out)?;
        if out.len() < out.capacity() {
            return Ok(());
        }
        let used = out.len() - self.start;
        let most = self.limit.saturating_add(1) - used;
        out.reserve_exact(used.max(FIRST).min(most));
        Ok(())
    }

    /// # Errors
    ///
    /// `TooLong` if the limit is passed.
    pub(super) fn check(&self, out: &[u8]) -> Result<(), Fault> {
        if out.len() - self.start > self.limit {
            return Err(Fault::TooLong(self.limit));
        }
        Ok(())
    }
}
