//! What others wrote, such as a server's messages, made fit for a terminal.

/// The text without what a terminal would obey or hide: an escape sequence in an
/// error's message must not clear a screen or rename a window.
pub(crate) fn printable(text: &str) -> String {
    let shown = |c: char| match c {
        '\t' | '\n' | '\r' => ' ',
        c if c.is_control() || turns(c) => '·',
        c => c,
    };
    text.chars().map(shown).collect()
}

/// Characters without a width of their own that turn or hide what is around them.
fn turns(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn a_terminal_obeys_nothing_of_it() {
        let hostile = "no\x1b[2J\u{9b}31m\r\nway\u{202E}txt.exe\u{7}";
        assert_eq!(printable(hostile), "no·[2J·31m  way·txt.exe·");
        assert_eq!(printable("größer 大 é"), "größer 大 é");
    }
}
