//! `Error`: why a process cannot start or go on.

use std::error::Error as StdError;

/// Why a server could not start or had to stop: what was being done, and why it
/// failed. It is what a scaffolded `main` returns, so that its `Debug` form is
/// for people.
pub struct Error {
    doing: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

// === impl Error ===

impl Error {
    /// An error with the error behind it.
    pub fn new(
        doing: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Error {
        Error {
            doing: doing.into(),
            source: Some(source.into()),
        }
    }

    /// An error that nothing stands behind.
    pub fn message(text: impl Into<String>) -> Error {
        Error {
            doing: text.into(),
            source: None,
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.doing)
    }
}

impl std::fmt::Debug for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.doing)?;
        let mut source = self.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_ref().map(|source| &**source as _)
    }
}

impl From<crate::Status> for Error {
    fn from(status: crate::Status) -> Error {
        Error::new("a call failed", status)
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Error {
        Error::new("input or output failed", error)
    }
}
