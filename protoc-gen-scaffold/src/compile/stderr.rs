//! What protoc says when it refuses.

use std::process::ExitStatus;

use crate::fault::{Fault, Faults};

/// Each error that protoc printed. Its warnings are none. Some protocs name a
/// file as imports do, some by its path: `name` tells the one from the other.
pub(super) fn faults(
    said: &str,
    status: ExitStatus,
    name: impl Fn(&str) -> Option<String>,
) -> Faults {
    let mut listed: Vec<Fault> = Vec::new();
    let located = said
        .lines()
        .filter_map(located)
        .map(|mut fault| {
            fault.file = name(&fault.file).unwrap_or(fault.file);
            fault
        })
        .filter(|fault| !fault.message.starts_with("warning: "));
    for fault in located {
        match listed.last_mut() {
            // A line of advice after the error it is about.
            Some(last) if fault.message.starts_with("Suggested ") => last.help = fault.message,
            _ => listed.push(fault),
        }
    }
    let mut faults: Faults = listed.into_iter().collect();
    if faults.is_empty() {
        let rest: Vec<_> = said
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        faults.push(if rest.is_empty() {
            Fault::new(format!("protoc ended with {status} and no word"))
        } else {
            Fault::new(format!("protoc: {}", rest.join("; ")))
        });
    }
    faults
}

/// `file:line:column: message` or `file: message`.
fn located(line: &str) -> Option<Fault> {
    let end = line.find(".proto:")? + ".proto".len();
    let (file, rest) = line.split_at(end);
    let rest = &rest[1..];
    let number = |text: &str| text.parse::<u32>().ok();
    let mut parts = rest.splitn(3, ':');
    let placed = match (
        parts.next().and_then(number),
        parts.next().and_then(number),
        parts.next(),
    ) {
        (Some(line), Some(column), Some(message)) => Some(((line, column), message)),
        _ => None,
    };
    let (place, message) = placed.unwrap_or(((0, 0), rest));
    let message = message.trim().trim_end_matches('.');
    (!message.is_empty()).then(|| Fault::new(message).at(file, place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_fault() {
        let fault =
            located("a/b.proto:6:3: \"M\" is not defined.").unwrap_or_else(|| Fault::new(""));
        assert_eq!(fault.to_string(), "a/b.proto:6:3: \"M\" is not defined");
        let fault = located("a.proto: File not found.").unwrap_or_else(|| Fault::new(""));
        assert_eq!(fault.to_string(), "a.proto: File not found");
        assert_eq!(located("Missing value for flag: -I"), None);
    }
}
