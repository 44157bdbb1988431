//! The demo's project: made from the bundled proto as `new` makes any, then
//! given the handlers of the example.

use std::path::{Path, PathBuf};

use crate::command::new::Order;
use crate::config::Runtime;
use crate::embedded::EXAMPLE;
use crate::fault::{Context, Result};
use crate::write;

pub(super) const NAME: &str = "user-service";

/// Where the demo's project is. A temporary one goes with it.
#[derive(Debug)]
pub(crate) struct Home {
    dir: PathBuf,
    temporary: Option<tempfile::TempDir>,
}

// === impl Home ===

impl Home {
    /// In `dir`, or in a temporary directory that is removed in the end.
    pub(crate) fn new(dir: Option<&Path>) -> Result<Self> {
        if let Some(dir) = dir {
            return Ok(Self {
                dir: std::path::absolute(dir)
                    .context(|| format!("no directory {}", dir.display()))?,
                temporary: None,
            });
        }
        let temporary = tempfile::Builder::new()
            .prefix("scaffold-demo-")
            .tempdir()
            .context(|| "no temporary directory".to_owned())?;
        Ok(Self {
            dir: temporary.path().join(NAME),
            temporary: Some(temporary),
        })
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn is_temporary(&self) -> bool {
        self.temporary.is_some()
    }

    /// From now on it stays.
    pub(crate) fn keep(&mut self) {
        if let Some(temporary) = self.temporary.take() {
            // The value is the path, which we have.
            let _ = temporary.keep();
        }
    }

    /// Makes the project; returns the number of files.
    pub(super) fn make(&self) -> Result<usize> {
        let bundled = tempfile::tempdir().context(|| "no temporary directory".to_owned())?;
        for (path, content) in EXAMPLE
            .iter()
            .filter(|(path, _)| path.starts_with("proto/"))
        {
            write::put(&bundled.path().join(path), content.as_bytes())?;
        }
        let proto = [bundled.path().join("proto")];
        let order = Order {
            name: NAME,
            dir: &self.dir,
            protos: &proto,
            includes: &proto,
            runtime: Runtime::Vendored,
            member: false,
        };
        let files = order.files()?;
        order.make(&files)?;
        Ok(files.len())
    }

    /// Puts the example's own files over those that a person would edit now;
    /// returns their paths.
    pub(super) fn overlay(&self) -> Result<Vec<&'static str>> {
        let mut laid = Vec::new();
        for (path, content) in EXAMPLE
            .iter()
            .filter(|(path, _)| !path.starts_with("proto/"))
        {
            write::put(&self.dir.join(path), content.as_bytes())?;
            laid.push(*path);
        }
        Ok(laid)
    }
}
