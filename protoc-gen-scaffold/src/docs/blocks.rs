//! Lines: what is code, and what is text.

use super::inline;

/// The lines of a doc comment, without `///`. Never blank at either end.
pub fn docs(comment: &str) -> Vec<String> {
    let lines: Vec<String> = lines(comment);
    let mut docs = Vec::with_capacity(lines.len());
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        if line.is_empty() {
            docs.push(String::new());
            at += 1;
        } else if let Some(end) = fence(line).and_then(|fence| fence.end(&lines, at + 1)) {
            code(&lines[at + 1..end], &mut docs);
            at = end + 1;
        } else if is_indented(line) && docs.last().is_none_or(String::is_empty) {
            let end = end_of_indented(&lines, at);
            code(&lines[at..end], &mut docs);
            at = end;
        } else {
            docs.push(text(line));
            at += 1;
        }
    }
    while docs.last().is_some_and(String::is_empty) {
        docs.pop();
    }
    docs
}

/// Splits into lines, takes off the space after `//`, spells out what cannot be
/// seen.
fn lines(comment: &str) -> Vec<String> {
    let comment = comment.replace("\r\n", "\n");
    let mut lines: Vec<String> = comment
        .split([
            '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}',
        ])
        .map(|line| {
            let line = line.strip_prefix(' ').unwrap_or(line);
            let mut clean = String::with_capacity(line.len());
            for c in line.chars() {
                match c {
                    '\t' => clean.push_str("    "),
                    // Control characters, and those that turn text around.
                    c if c.is_control() => clean.push('\u{fffd}'),
                    '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => {
                        clean.push('\u{fffd}')
                    }
                    c => clean.push(c),
                }
            }
            clean.truncate(clean.trim_end().len());
            clean
        })
        .collect();
    let blank = lines.iter().take_while(|line| line.is_empty()).count();
    lines.drain(..blank);
    lines
}

/// The opening of a fenced block.
struct Fence {
    mark: char,
    len: usize,
}

fn fence(line: &str) -> Option<Fence> {
    let line = line.trim_start();
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let len = line.chars().take_while(|c| *c == mark).count();
    let info = &line[len..];
    (len >= 3 && !(mark == '`' && info.contains('`'))).then_some(Fence { mark, len })
}

impl Fence {
    /// The line that closes the block; without one, it is no block.
    fn end(&self, lines: &[String], from: usize) -> Option<usize> {
        (from..lines.len()).find(|&at| {
            let line = lines[at].trim();
            line.len() >= self.len && line.chars().all(|c| c == self.mark)
        })
    }
}

fn is_indented(line: &str) -> bool {
    line.starts_with("    ")
}

/// Blank lines belong to an indented block if more of it follows.
fn end_of_indented(lines: &[String], from: usize) -> usize {
    let mut end = from;
    for (at, line) in lines.iter().enumerate().skip(from) {
        if is_indented(line) {
            end = at + 1;
        } else if !line.is_empty() {
            break;
        }
    }
    end
}

/// A block of text as it stands, behind a fence that is not in it.
fn code(lines: &[String], docs: &mut Vec<String>) {
    if lines.iter().all(String::is_empty) {
        return;
    }
    let indent = |line: &String| line.len() - line.trim_start_matches(' ').len();
    let margin = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(indent)
        .min()
        .unwrap_or(0);
    let longest = lines
        .iter()
        .map(|line| longest_run(line))
        .max()
        .unwrap_or(0);
    let fence = "`".repeat(3.max(longest + 1));
    docs.push(format!("{fence}text"));
    docs.extend(
        lines
            .iter()
            .map(|line| line.get(margin..).unwrap_or_default().to_owned()),
    );
    docs.push(fence);
}

fn longest_run(line: &str) -> usize {
    line.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A line of text. It keeps up to three spaces in front, which can tell lists
/// apart, but never make code.
fn text(line: &str) -> String {
    let trimmed = line.trim_start_matches(' ');
    let mut text = " ".repeat((line.len() - trimmed.len()).min(3));
    inline::escape(trimmed, &mut text);
    text
}
