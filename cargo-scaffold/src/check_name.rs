//! Whether a project may have a name: cargo's rules, said before anything is
//! made.

use crate::fault::{Fault, Result};

/// Names that mean something else to rustc or cargo.
const RESERVED: &[&str] = &[
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "build",
    "const",
    "continue",
    "core",
    "crate",
    "deps",
    "do",
    "dyn",
    "else",
    "enum",
    "examples",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "incremental",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc-macro",
    "proc_macro",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "union",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

/// Names of Windows devices: a checkout there could not hold the directory.
const DEVICES: &[&str] = &["aux", "con", "nul", "prn"];

/// Names that a dependency of the project has: the project could not name both.
const TAKEN: &[&str] = &[
    "scaffold-load",
    "scaffold-mount",
    "scaffold-runtime",
    "serde",
    "tokio",
    "tracing",
    "tracing-subscriber",
];

pub(crate) fn check(name: &str) -> Result<()> {
    let refuse = |why: String| {
        Err(
            Fault::usage(format!("`{name}` cannot be a project's name: {why}"))
                .help("use letters, digits, `-` and `_`, with a letter first: `my-service`")
                .note("nothing was made"),
        )
    };
    let Some(first) = name.chars().next() else {
        return refuse("it is empty".to_owned());
    };
    if !first.is_ascii_alphabetic() {
        return refuse(format!("it begins with `{first}`"));
    }
    if let Some(odd) = name
        .chars()
        .find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'))
    {
        return refuse(format!("it holds `{}`", odd.escape_debug()));
    }
    if name.len() > 64 {
        return refuse("it is longer than 64 characters".to_owned());
    }
    let lower = name.to_ascii_lowercase();
    let device = DEVICES.contains(&lower.as_str())
        || ["com", "lpt"].iter().any(|port| {
            lower
                .strip_prefix(port)
                .is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
        });
    if device || RESERVED.contains(&lower.as_str()) {
        return refuse("it means something else to cargo or the system".to_owned());
    }
    if TAKEN.iter().any(|taken| same(taken, &lower)) {
        return refuse("a crate that it depends on has it".to_owned());
    }
    Ok(())
}

/// Cargo and rustc take `-` and `_` for each other.
fn same(one: &str, other: &str) -> bool {
    one.replace('-', "_") == other.replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn good_names() {
        for name in ["greeter", "my-service", "a1", "Users_API", "testing"] {
            assert!(check(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn bad_names() {
        let long = "a".repeat(65);
        for name in [
            "",
            "-x",
            "1a",
            "a/b",
            "..",
            "a b",
            "ärger",
            "std",
            "core",
            "test",
            "type",
            "gen",
            "Self",
            "con",
            "com1",
            "tokio",
            "scaffold_runtime",
            "a\nb",
            &long,
        ] {
            assert!(check(name).is_err(), "{name}");
        }
    }
}
