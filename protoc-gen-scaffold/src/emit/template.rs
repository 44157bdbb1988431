//! Code that is printed once, and filled in for every service and method.
//!
//! The emitters write code with `quote` for one made-up service, whose names are
//! blanks, with one method of each shape. It goes through `syn` and
//! `prettyplease` once; after that, a service is text with its names in the
//! blanks. The tokens of ten thousand methods would take most of the time of a
//! run; see docs/printing.md.

use proc_macro2::TokenStream;

/// Opens and closes a blank. A letter to Rust, and in no name.
const MARK: char = '\u{1c0}';

/// A blank's name, as an identifier that is long enough for the printer to give
/// each argument a line of its own.
pub(super) fn blank(key: &str) -> String {
    format!("{MARK}{key:_<24}{MARK}")
}

/// The line before a piece that is there once for each method.
pub(super) fn each() -> String {
    blank("each")
}

/// The line after one, where more follows in the same block.
pub(super) fn end() -> String {
    blank("end")
}

/// Text with blanks.
#[derive(Debug, Default)]
pub(super) struct Template(Vec<Part>);

#[derive(Debug)]
enum Part {
    Text(String),
    Blank(String),
    /// Lines of comment and attributes, with this in front of each.
    Lines(String, String),
    /// The piece of this number, for each method.
    Each(usize),
}

/// What goes into blanks.
pub(super) trait Fill {
    /// A name or a type.
    fn word(&self, key: &str, out: &mut String);
    /// Whole lines, without the white space in front.
    fn lines(&self, key: &str, line: &mut dyn FnMut(&str));
    /// The piece of this number, for each method.
    fn each(&self, piece: usize, out: &mut String);
}

/// Prints tokens, and cuts the text into the template of a service and the
/// pieces for a method.
pub(super) fn print(tokens: TokenStream) -> (Template, Vec<Template>) {
    let text = unchain(pretty(tokens));
    let (mut whole, mut pieces) = (Template::default(), Vec::new());
    let mut lines = text.lines().peekable();
    let marker = |key: &str| format!("///{}", blank(key));
    let (each, end) = (marker("each"), marker("end"));
    while let Some(line) = lines.next() {
        if line.trim_start() != each {
            if line.trim_start() != end {
                whole.line(line);
            }
            continue;
        }
        let indent = indent(line);
        let mut piece = Template::default();
        while let Some(line) = lines.peek() {
            if line.trim_start() == end || self::indent(line) < indent {
                break;
            }
            piece.line(line);
            lines.next();
        }
        whole.0.push(Part::Each(pieces.len()));
        pieces.push(piece);
    }
    (whole, pieces)
}

/// A blank that stands for calls in a chain.
pub(super) const CHAIN: &str = "chain";

/// Leaves of `\n    .blank()` the blank alone: what fills it brings its own lines,
/// or none.
fn unchain(text: String) -> String {
    let chain = blank(CHAIN);
    match text.split_once(&format!(".{chain}()")) {
        Some((before, after)) => format!("{}{chain}{after}", before.trim_end()),
        None => text,
    }
}

/// Items as text.
fn pretty(tokens: TokenStream) -> String {
    prettyplease::unparse(&syn::parse2(tokens).expect("emitters make items"))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

// === impl Template ===

impl Template {
    /// Writes the text with its blanks filled.
    pub(super) fn fill(&self, fill: &dyn Fill, out: &mut String) {
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Blank(key) => fill.word(key, out),
                Part::Each(piece) => fill.each(*piece, out),
                Part::Lines(indent, key) => fill.lines(key, &mut |line| {
                    out.push_str(indent);
                    out.push_str(line);
                    out.push('\n');
                }),
            }
        }
    }

    fn line(&mut self, line: &str) {
        let code = line.trim_start();
        let mut parts = line.split(MARK);
        let alone = code
            .strip_prefix("///")
            .filter(|rest| rest.starts_with(MARK));
        if let Some(key) = alone.and_then(|_| parts.nth(1)) {
            let indent = line[..line.len() - code.len()].to_owned();
            self.0
                .push(Part::Lines(indent, key.trim_end_matches('_').to_owned()));
            return;
        }
        // Between two marks is a key, and so on in turn.
        for (at, part) in line.split(MARK).enumerate() {
            if at % 2 == 0 {
                self.text(part);
            } else {
                self.0
                    .push(Part::Blank(part.trim_end_matches('_').to_owned()));
            }
        }
        self.text("\n");
    }

    fn text(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Part::Text(last)) => last.push_str(text),
            _ => self.0.push(Part::Text(text.to_owned())),
        }
    }
}
