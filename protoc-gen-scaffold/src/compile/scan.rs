//! A glance at one file: is it in an edition, and what does it import?
//!
//! Not a parser: it knows comments, strings, braces and two statements. It runs
//! before any parser, so that the way is known before it is taken.

/// What a glance shows. Places count from one.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Scan {
    /// The place of a leading `edition` statement, and its year as written.
    pub(super) edition: Option<(String, (u32, u32))>,
    pub(super) imports: Vec<Import>,
    /// The place where nesting goes beyond what any parser should be given.
    pub(super) too_deep: Option<(u32, u32)>,
    /// The place after the last word.
    pub(super) end: (u32, u32),
}

#[derive(Debug, PartialEq)]
pub(super) struct Import {
    pub(super) name: String,
    pub(super) public: bool,
    pub(super) place: (u32, u32),
}

/// Brackets in brackets. protoc stops at 32 messages; parsers that recurse
/// would overflow the stack somewhere above a thousand.
const MAX_DEPTH: usize = 200;

/// Looks through the text of a file.
pub(super) fn scan(text: &str) -> Scan {
    let mut scan = Scan::default();
    let mut tokens = Tokens::new(text);
    let mut depth = 0_usize;
    let mut first = true;
    let mut starts = true;
    while let Some(token) = tokens.next() {
        match token.kind {
            Kind::Word("edition") if first => {
                let place = tokens.place(&token);
                scan.edition = Some((tokens.statement().unwrap_or_default().0, place));
                continue;
            }
            Kind::Word("import") if starts && depth == 0 => {
                let place = tokens.place(&token);
                if let Some((name, public)) = tokens.statement() {
                    scan.imports.push(Import {
                        name,
                        public,
                        place,
                    });
                }
                continue;
            }
            Kind::Mark(b'{' | b'[' | b'(' | b'<') => {
                depth += 1;
                if depth > MAX_DEPTH && scan.too_deep.is_none() {
                    scan.too_deep = Some(tokens.place(&token));
                }
            }
            Kind::Mark(b'}' | b']' | b')' | b'>') => depth = depth.saturating_sub(1),
            _ => {}
        }
        starts = matches!(token.kind, Kind::Mark(b';' | b'}'));
        first = false;
    }
    scan.end = (tokens.line, tokens.column(tokens.line_start, tokens.at));
    scan
}

struct Token<'a> {
    kind: Kind<'a>,
    line: u32,
    line_start: usize,
    start: usize,
}

enum Kind<'a> {
    Word(&'a str),
    /// The text between the quotes, escapes as written.
    Text(&'a str),
    Mark(u8),
}

struct Tokens<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    line_start: usize,
}

// === impl Tokens ===

impl<'a> Tokens<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            line_start: 0,
        }
    }

    /// The rest of a statement, as far as its semicolon: the text in it, and
    /// whether it says `public`.
    fn statement(&mut self) -> Option<(String, bool)> {
        let mut said = None;
        let mut public = false;
        while let Some(token) = self.next() {
            match token.kind {
                Kind::Text(text) => said = Some(said.unwrap_or_default() + text),
                Kind::Mark(b';') => return said.map(|said| (said, public)),
                Kind::Word("public") => public = true,
                Kind::Word(_) | Kind::Mark(b'=') => {}
                Kind::Mark(_) => return None,
            }
        }
        None
    }

    fn next(&mut self) -> Option<Token<'a>> {
        let bytes = self.text.as_bytes();
        loop {
            let byte = *bytes.get(self.at)?;
            let rest = &bytes[self.at..];
            if byte == b'\n' {
                self.line += 1;
                self.line_start = self.at + 1;
                self.at += 1;
            } else if rest.starts_with(b"//") {
                self.at += memchr(b'\n', rest).unwrap_or(rest.len());
            } else if rest.starts_with(b"/*") {
                let end = rest[2..]
                    .windows(2)
                    .position(|two| two == b"*/")
                    .map_or(rest.len(), |end| end + 4);
                self.skip(end);
            } else if byte.is_ascii_whitespace() {
                self.at += 1;
            } else {
                break;
            }
        }
        let start = self.at;
        let byte = bytes[start];
        let kind = match byte {
            b'"' | b'\'' => {
                let mut end = start + 1;
                while end < bytes.len() && bytes[end] != byte && bytes[end] != b'\n' {
                    end += if bytes[end] == b'\\' { 2 } else { 1 };
                }
                let end = end.min(bytes.len());
                self.at = (end + 1).min(bytes.len());
                if bytes.get(end) == Some(&b'\n') {
                    // Not closed: the parser will say so.
                    self.at = end;
                }
                Kind::Text(self.text.get(start + 1..end).unwrap_or_default())
            }
            b'_' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => {
                let len = bytes[start..]
                    .iter()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
                    .count();
                self.at += len;
                Kind::Word(&self.text[start..self.at])
            }
            _ => {
                self.at += 1;
                Kind::Mark(byte)
            }
        };
        Some(Token {
            kind,
            line: self.line,
            line_start: self.line_start,
            start,
        })
    }

    /// Passes over text that may hold line ends.
    fn skip(&mut self, len: usize) {
        let passed = &self.text.as_bytes()[self.at..self.at + len];
        for (offset, byte) in passed.iter().enumerate() {
            if *byte == b'\n' {
                self.line += 1;
                self.line_start = self.at + offset + 1;
            }
        }
        self.at += len;
    }

    /// Not for every token: a file may be one long line.
    fn place(&self, token: &Token<'_>) -> (u32, u32) {
        (token.line, self.column(token.line_start, token.start))
    }

    fn column(&self, line_start: usize, at: usize) -> u32 {
        let before = &self.text.as_bytes()[line_start..at];
        // Characters, not bytes: those that continue one are not counted.
        before.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u32 + 1
    }
}

fn memchr(byte: u8, bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|other| *other == byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edition_is_the_first_word() {
        let text =
            "// edition = \"2020\";\n/* syntax\n */ edition = \"20\" '23';\nimport 'a.proto';";
        let scan = scan(text);
        assert_eq!(scan.edition, Some(("2023".to_owned(), (3, 5))));
        assert_eq!(scan.imports[0].name, "a.proto");
        assert_eq!(scan.imports[0].place, (4, 1));
        let text = "syntax = \"proto3\"; message M { string edition = 1; }";
        assert_eq!(super::scan(text).edition, None);
    }

    #[test]
    fn imports_are_statements_at_the_top() {
        let text = "syntax='proto3';import public \"b.proto\";\nmessage M { string import = 1; }\n\
                    import option \"c.proto\";\noption x = \"import 'no.proto';\"; // import \"no\";\n";
        let names: Vec<_> = scan(text).imports.into_iter().map(|i| i.name).collect();
        assert_eq!(names, ["b.proto", "c.proto"]);
    }

    #[test]
    fn whatever_the_text_it_ends() {
        for text in [
            "\"",
            "'\\",
            "/*",
            "import",
            "import \"",
            "edition",
            "é\"é",
            "\"\\é",
        ] {
            scan(text);
        }
        assert!(scan(&"message M {".repeat(300)).too_deep.is_some());
    }
}
