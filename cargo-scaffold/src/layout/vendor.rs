//! The runtime crates as files of a project.

use crate::embedded::VENDORED;
use crate::lock::Class;
use crate::plan::Wanted;

/// Everything under `vendor/`.
pub(super) fn files() -> impl Iterator<Item = Wanted> {
    VENDORED.iter().map(|(path, content)| Wanted {
        path: format!("vendor/{path}"),
        class: Class::Machine,
        content: content.as_bytes().to_vec(),
    })
}
