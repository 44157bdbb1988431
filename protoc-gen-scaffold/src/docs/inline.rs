//! Within a line: what would act is escaped, addresses become links.

/// Escapes one line that starts with no space.
pub(super) fn escape(line: &str, out: &mut String) {
    let mut rest = line;
    let mut spaces = false;
    while let Some(c) = rest.chars().next() {
        // A run of spaces after a list's mark would open a block of code.
        if c == ' ' && std::mem::replace(&mut spaces, true) {
            rest = &rest[1..];
            continue;
        }
        spaces = c == ' ';
        let taken = match c {
            '`' => code_span(rest, out),
            '[' => link(rest, out),
            'h' => address(rest, out),
            '~' if rest.starts_with("~~~") => tildes(rest, out),
            _ => None,
        };
        let len = taken.unwrap_or_else(|| {
            if matches!(c, '`' | '[' | ']' | '<' | '>' | '\\') {
                out.push('\\');
            }
            out.push(c);
            c.len_utf8()
        });
        rest = &rest[len..];
    }
}

/// A code span that is closed on its line stays as it is.
fn code_span(rest: &str, out: &mut String) -> Option<usize> {
    let run = rest.len() - rest.trim_start_matches('`').len();
    let mut from = run;
    loop {
        let open = from + rest[from..].find('`')?;
        let len = rest[open..].len() - rest[open..].trim_start_matches('`').len();
        if len == run {
            out.push_str(&rest[..open + len]);
            return Some(open + len);
        }
        from = open + len;
    }
}

/// `[text](https://...)` stays a link; all other brackets are just brackets.
fn link(rest: &str, out: &mut String) -> Option<usize> {
    let close = rest.find(']')?;
    let text = &rest[1..close];
    let target = rest[close + 1..].strip_prefix('(')?;
    let target = &target[..target.find(')')?];
    let image = out.ends_with('!');
    let plain = !image
        && !text.is_empty()
        && !text.contains(['[', '`', '<', '\\'])
        && !text.contains("://");
    if !plain || address_len(target) != Some(target.len()) {
        return None;
    }
    let len = close + target.len() + 3;
    out.push_str(&rest[..len]);
    Some(len)
}

fn address(rest: &str, out: &mut String) -> Option<usize> {
    let len = address_len(rest)?;
    out.push('<');
    out.push_str(&rest[..len]);
    out.push('>');
    Some(len)
}

/// Length of a web address at the start of a text, without the punctuation of
/// the sentence that it stands in.
fn address_len(text: &str) -> Option<usize> {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))?;
    let part = |c: char| c.is_ascii_alphanumeric() || "-@:%_+.~#?&/=,;!$*".contains(c);
    let whole = &host[..host.find(|c| !part(c)).unwrap_or(host.len())];
    let host_len = whole
        .trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_'])
        .len();
    (host_len > 0).then_some(text.len() - host.len() + host_len)
}

fn tildes(rest: &str, out: &mut String) -> Option<usize> {
    let len = rest.len() - rest.trim_start_matches('~').len();
    out.push_str(&"\\~".repeat(len));
    Some(len)
}
