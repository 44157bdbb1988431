//! Paths inside a project: only ones that stay there.

use std::path::{Component, Path};

use crate::fault::{Fault, Result};

/// Is `path` a chain of plain names, and does every system take them?
///
/// Paths come from the names of `.proto` files and out of the lock file; both
/// are data from elsewhere.
pub(crate) fn check(path: &str) -> Result<()> {
    let refuse = |why: &str| {
        Err(Fault::usage(format!("the path `{}` {why}", path.escape_debug()))
            .help("name files by their path below an include directory, such as `user/v1/user.proto`")
            .note("nothing was changed"))
    };
    if path.is_empty() {
        return refuse("is empty");
    }
    if path.contains('\\') || path.contains(':') || path.chars().any(char::is_control) {
        return refuse("holds a character that not every system takes");
    }
    // `a/./b` and `a//b` are cleaned away by `components`.
    if path.split('/').any(|part| part.is_empty() || part == ".") {
        return refuse("has an empty part");
    }
    for component in Path::new(path).components() {
        match component {
            Component::Normal(part) if part.len() <= 255 => {}
            Component::Normal(_) => return refuse("has a part of more than 255 bytes"),
            _ => return refuse("leads out of the project"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn only_plain_paths_pass() {
        for good in ["a", "src/gen/user.v1.rs", "proto/ünï.proto"] {
            assert!(check(good).is_ok(), "{good}");
        }
        let long = "x".repeat(300);
        for bad in [
            "", "/a", "../a", "a/../b", "a/./b", "a//b", "C:\\a", "a\0b", &long,
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
    }
}
