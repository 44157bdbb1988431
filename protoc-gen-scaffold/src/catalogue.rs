//! The texts of all faults that a user's protos or options can have.

use crate::fault::Fault;

// === options ===

pub(crate) fn option_empty() -> Fault {
    Fault::new("an option is empty")
        .help("remove the extra comma; a comma in a value is written `\\,`")
}

pub(crate) fn option_unknown(key: &str, near: Option<&str>, known: &[&str]) -> Fault {
    let near = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
    Fault::new(format!("unknown option `{}`", cut(key)))
        .help(format!("{near}known options: {}", known.join(", ")))
}

pub(crate) fn option_twice(key: &str) -> Fault {
    Fault::new(format!("option `{}` is given twice", cut(key))).help("give it once")
}

pub(crate) fn option_malformed(key: &str, value: &str, wanted: &str) -> Fault {
    Fault::new(format!("option `{key}` has the value `{}`", cut(value)))
        .help(format!("write `{key}={wanted}`"))
}

pub(crate) fn option_not_rust(
    key: &str,
    value: &str,
    what: &str,
    error: &dyn std::fmt::Display,
) -> Fault {
    Fault::new(format!(
        "option `{key}`: `{}` is not {what}: {error}",
        cut(value)
    ))
    .help("a comma in a value is written `\\,`, and a backslash `\\\\`")
}

// === names ===

/// One of two things whose Rust names meet.
pub(crate) struct Meeting<'a> {
    /// Such as "method `Users.GetUser`".
    pub(crate) what: &'a str,
    /// Where it stands.
    pub(crate) at: (&'a str, (u32, u32)),
}

pub(crate) fn names_meet(rust: &str, one: Meeting<'_>, other: Meeting<'_>) -> Fault {
    let (file, (line, column)) = one.at;
    Fault::new(format!(
        "{} and {} ({file}:{line}:{column}) both become `{rust}` in Rust",
        other.what, one.what
    ))
    .help("rename one of them")
    .at(other.at.0, other.at.1)
}

pub(crate) fn name_unspeakable(what: &str) -> Fault {
    Fault::new(format!(
        "{what} has neither a letter nor a digit in its name, so no Rust name is left"
    ))
    .help("rename it")
}

pub(crate) fn file_name_too_long(package: &str, len: usize) -> Fault {
    Fault::new(format!(
        "the file of package `{}` would have a name of {len} bytes",
        cut(package)
    ))
    .help("file systems allow 255 at most; shorten the package's name")
}

pub(crate) fn package_needs_tree(package: &str) -> Fault {
    Fault::new(format!(
        "package `{package}` needs the file name of the module tree, which `mount=scan` looks for"
    ))
    .help("generate all files in one run with the option `mount=tree`, or rename the package")
}

pub(crate) fn module_needs_tree(package: &str, message: &str) -> Fault {
    Fault::new(format!(
        "package `{package}` and the nested types of message `{message}` share a Rust module, which `mount=scan` cannot write"
    ))
    .help("generate all files in one run with the option `mount=tree`, or rename one of them")
}

// === policies ===

pub(crate) fn duration_malformed(field: &str, value: &str) -> Fault {
    Fault::new(format!("{field}: {:?} is not a duration", cut(value))).help(
        "write a decimal number and a unit (ns, us, ms, s, m, h), as in \"250ms\" or \"1.5s\"",
    )
}

pub(crate) fn duration_zero(field: &str) -> Fault {
    Fault::new(format!("{field} is zero")).help("it must be above zero")
}

pub(crate) fn out_of_range(field: &str, value: &dyn std::fmt::Display, range: &str) -> Fault {
    Fault::new(format!("{field} is {value}")).help(format!("it must be {range}"))
}

pub(crate) fn code_unknown(field: &str, value: &str, near: Option<&str>) -> Fault {
    let near = near.map_or(String::new(), |near| format!("did you mean `{near}`? "));
    Fault::new(format!("{field}: {:?} is no gRPC status code", cut(value)))
        .help(format!("{near}codes are written as in \"UNAVAILABLE\""))
}

pub(crate) fn code_ok(field: &str) -> Fault {
    Fault::new(format!("{field} holds \"OK\""))
        .help("a call that succeeded is not repeated; remove it")
}

pub(crate) fn codes_missing(field: &str) -> Fault {
    Fault::new(format!("{field} is empty")).help("name at least one code, such as \"UNAVAILABLE\"")
}

pub(crate) fn retry_and_hedge() -> Fault {
    Fault::new("`retry` and `hedge` are both set")
        .help("a method can have one of them; remove the other")
}

pub(crate) fn repeats_not_idempotent(policy: &str) -> Fault {
    Fault::new(format!(
        "`{policy}` is set on a method that is NOT_IDEMPOTENT"
    ))
    .help("hedging sends a call more than once; remove it, or say IDEMPOTENT")
}

pub(crate) fn idempotency_disagrees(standard: &str, ours: &str) -> Fault {
    Fault::new(format!(
        "`idempotency_level` says {standard}, the policy says {ours}"
    ))
    .help("make them agree, or remove one")
}

pub(crate) fn value_unknown(field: &str, number: i32) -> Fault {
    Fault::new(format!(
        "{field} has the value {number}, which this version does not know"
    ))
}

/// Values come from outside and may be megabytes long.
fn cut(text: &str) -> String {
    const LONGEST: usize = 120;
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text.to_owned(),
    }
    .chars()
    .map(|c| if c.is_control() { '\u{fffd}' } else { c })
    .collect()
}
