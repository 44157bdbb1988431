//! The http2jp test cases: what a dozen encoders made of the same stories.
//!
//! They are not part of this repository. The test looks for a checkout of
//! `http2jp/hpack-test-case` where `HPACK_TEST_CASE` says, and says so when
//! there is none.

use std::path::{Path, PathBuf};

use super::Decoder;
use crate::head::{HeadBuf, ListLimits};

/// One header block of a story.
#[derive(Default)]
struct Case {
    wire: Vec<u8>,
    table: Option<usize>,
    headers: Vec<(String, String)>,
}

#[test]
fn every_story_is_read() {
    let Some(root) = std::env::var_os("HPACK_TEST_CASE").map(PathBuf::from) else {
        eprintln!("SKIPPED: HPACK_TEST_CASE names no checkout of http2jp/hpack-test-case");
        return;
    };
    let (mut stories, mut blocks) = (0, 0);
    for encoder in std::fs::read_dir(&root).expect("HPACK_TEST_CASE is a directory") {
        let encoder = encoder.unwrap().path();
        // Raw data is what the others are made from: it has no wire.
        if !encoder.is_dir() || encoder.ends_with("raw-data") || encoder.ends_with(".git") {
            continue;
        }
        for story in std::fs::read_dir(&encoder).unwrap() {
            let story = story.unwrap().path();
            if story
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                blocks += read(&story);
                stories += 1;
            }
        }
    }
    println!("http2jp: {stories} stories, {blocks} blocks");
    assert!(stories > 0, "no stories in {}", root.display());
}

fn read(story: &Path) -> usize {
    let text = std::fs::read_to_string(story).unwrap();
    let cases = parse(&text);
    let mut decoder = Decoder::new(4096);
    for (number, case) in cases.iter().enumerate() {
        let place = || format!("{} block {number}", story.display());
        if let Some(size) = case.table {
            decoder.set_limit(size);
        }
        let mut head = HeadBuf::new(ListLimits::TEST);
        let decoded = decoder.decode(&case.wire, &mut head);
        assert_eq!(decoded, Ok(()), "{}", place());
        // Browsers of that time sent fields that HTTP/2 forbids: the log has
        // them all, in order.
        assert_eq!(head.log, case.headers, "{}", place());
    }
    cases.len()
}

/// Enough JSON for these files: strings and numbers behind known keys, in the
/// order they come.
fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut case = Case::default();
    let mut key: Option<String> = None;
    let mut depth = 0;
    for token in Tokens(text.as_bytes()) {
        match (token, key.take()) {
            (Token::Open, _) => depth += 1,
            (Token::Close, _) => {
                depth -= 1;
                // { "cases": [ { ... } ] }
                if depth == 2 && !case.wire.is_empty() {
                    cases.push(std::mem::take(&mut case));
                }
            }
            (Token::Text(text), None) => key = Some(text),
            (Token::Text(text), Some(name)) if depth > 3 => case.headers.push((name, text)),
            (Token::Text(text), Some(name)) if name == "wire" => {
                let pairs = text.as_bytes().chunks(2);
                let digits = pairs.map(|pair| std::str::from_utf8(pair).unwrap());
                case.wire = digits.map(|d| u8::from_str_radix(d, 16).unwrap()).collect();
            }
            (Token::Number(number), Some(name)) if name == "header_table_size" => {
                case.table = Some(number);
            }
            _ => {}
        }
    }
    cases
}

enum Token {
    Open,
    Close,
    Text(String),
    Number(usize),
}

struct Tokens<'a>(&'a [u8]);

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let (&first, rest) = self.0.split_first()?;
            self.0 = rest;
            match first {
                b'{' | b'[' => return Some(Token::Open),
                b'}' | b']' => return Some(Token::Close),
                b'"' => return Some(Token::Text(self.text())),
                b'0'..=b'9' => {
                    let mut number = usize::from(first - b'0');
                    while let Some((digit @ b'0'..=b'9', rest)) = self.0.split_first() {
                        number = number * 10 + usize::from(digit - b'0');
                        self.0 = rest;
                    }
                    return Some(Token::Number(number));
                }
                _ => {}
            }
        }
    }
}

impl Tokens<'_> {
    fn text(&mut self) -> String {
        let mut out = Vec::new();
        while let Some((&byte, rest)) = self.0.split_first() {
            self.0 = rest;
            match byte {
                b'"' => break,
                b'\\' => {
                    let (&escaped, rest) = self.0.split_first().expect("an escape");
                    self.0 = rest;
                    if escaped == b'u' {
                        let (digits, rest) = self.0.split_at(4);
                        self.0 = rest;
                        let digits = std::str::from_utf8(digits).unwrap();
                        let point = u32::from_str_radix(digits, 16).unwrap();
                        let c = char::from_u32(point).unwrap();
                        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    } else {
                        out.push(match escaped {
                            b'n' => b'\n',
                            b't' => b'\t',
                            b'r' => b'\r',
                            other => other,
                        });
                    }
                }
                other => out.push(other),
            }
        }
        String::from_utf8(out).expect("UTF-8")
    }
}
