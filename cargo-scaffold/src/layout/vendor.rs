//! The runtime crates as files of a project.

use crate::embedded::VENDORED;
use crate::lock::Class;
use crate::plan::Wanted;

/// Keeps `cargo fmt --all` out of files that are replaced whole.
const UNFORMATTED: (&str, &str) = ("rustfmt.toml", "disable_all_formatting = true\n");

/// Everything under `vendor/`.
pub(super) fn files() -> impl Iterator<Item = Wanted> {
    VENDORED
        .iter()
        .copied()
        .chain([UNFORMATTED])
        .map(|(path, content)| Wanted {
            path: format!("vendor/{path}"),
            class: Class::Machine,
            content: content.as_bytes().to_vec(),
        })
}
