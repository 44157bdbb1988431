//! How far inside a payload its writer is.

/// How far inside.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Depth {
    pub(super) level: u32,
    pub(super) recursion: u32,
    /// Only what must be.
    pub(super) minimal: bool,
    /// How far along the breach's path, if on it.
    pub(super) step: Option<usize>,
}

// === impl Depth ===

impl Depth {
    /// At the root; on a breach's path from there on, if there is one.
    pub(crate) fn root(breach: bool) -> Self {
        Depth {
            step: breach.then_some(0),
            ..Depth::default()
        }
    }

    pub(super) fn inside(self, recursive: bool) -> Depth {
        Depth {
            level: self.level + 1,
            recursion: self.recursion + u32::from(recursive),
            ..self
        }
    }

    /// Beside the breach's path.
    pub(super) fn off(self) -> Depth {
        Depth { step: None, ..self }
    }
}
